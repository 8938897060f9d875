"""Addresses of the portal."""

from django.urls import path

from liuchi.surfaces.portal import (
    inbox,
    mine,
    notices,
    others,
    places,
    prints,
    public_name,
    rules,
    verify,
)

urlpatterns = [
    path("", places.choose, name="portal-choose"),
    path("v/<slug:code>/", places.home, name="portal-home"),
    path("v/<slug:code>/rules/", rules.rules, name="portal-rules"),
    path("v/<slug:code>/notices/", notices.notices, name="portal-notices"),
    path("v/<slug:code>/notices/print/", prints.notices, name="portal-notices-print"),
    path("v/<slug:code>/rules/print/", prints.rules, name="portal-rules-print"),
    path("v/<slug:code>/rules/<slug:rule>/", rules.rule, name="portal-rule"),
    path("v/<slug:code>/consent/print/", prints.consent, name="portal-consent-print"),
    path("v/<slug:code>/claim/print/", prints.claim_slip, name="portal-claim-slip-print"),
    path("v/<slug:code>/poster/print/", prints.poster, name="portal-poster-print"),
    path("v/<slug:code>/shop-poster/print/", prints.shop_poster, name="portal-shop-poster-print"),
    path("v/<slug:code>/notices/<slug:issue>/", notices.notice, name="portal-notice"),
    path("v/<slug:code>/notices/<slug:issue>/object/", notices.object_to, name="portal-object"),
    path("r/", notices.find_receipt, name="portal-receipt-find"),
    path("r/<slug:receipt>/", notices.receipt, name="portal-receipt"),
    path("r/<slug:receipt>/print/", notices.receipt_print, name="portal-receipt-print"),
    path("verify/<uuid:bulletin_id>/", verify.verify, name="verify"),
    path("v/<slug:code>/soon/<slug:door>/", places.soon, name="portal-soon"),
    path("me/", mine.statement, name="portal-me"),
    path("me/messages/", inbox.inbox, name="portal-inbox"),
    path("me/messages/settings/", inbox.settings, name="portal-inbox-settings"),
    path("me/public-name/", public_name.choose, name="portal-public-name"),
    path("me/consent/", mine.consent, name="portal-consent"),
    path("me/claims/", mine.claims, name="portal-claims"),
    path("me/claims/new/", mine.propose, name="portal-propose"),
    path("me/claims/for/", others.propose_for, name="portal-propose-for"),
    path("me/claims/<uuid:claim_id>/more/", mine.add_to_claim, name="portal-claim-more"),
    path("me/claims/<uuid:claim_id>/", mine.claim, name="portal-claim"),
    path("me/claims/<uuid:claim_id>/print/", prints.claim, name="portal-claim-print"),
]
