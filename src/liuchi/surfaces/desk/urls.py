"""Addresses of the desk."""

from django.urls import path

from liuchi.surfaces.desk import claims, figures, people, prints, record, shop, slips, today

urlpatterns = [
    path("", today.today, name="desk-today"),
    path("record/", record.search, name="desk-record"),
    path("record/<uuid:person_id>/", record.record, name="desk-record-person"),
    path("claims/", claims.claims, name="desk-claims"),
    path("claims/<uuid:claim_id>/", claims.claim, name="desk-claim"),
    path("claims/<uuid:claim_id>/more/", record.add_to_claim, name="desk-claim-more"),
    path("shop/", shop.shops, name="desk-shops"),
    path("shop/<uuid:shop_id>/", shop.counter, name="desk-counter"),
    path("shop/<uuid:shop_id>/stock/", shop.stock, name="desk-stock"),
    path("shop/<uuid:shop_id>/for/<uuid:person_id>/", shop.redeem, name="desk-redeem"),
    path("redemptions/<uuid:redemption_id>/", shop.redemption, name="desk-redemption"),
    path("redemptions/<uuid:redemption_id>/reverse/", shop.reverse_redemption, name="desk-reverse"),
    path("people/", people.people, name="desk-people"),
    path("people/<uuid:person_id>/", people.person, name="desk-person"),
    path("people/<uuid:person_id>/unmask/", people.unmask, name="desk-unmask"),
    path("people/<uuid:person_id>/access/", slips.access, name="desk-access"),
    path("slips/", slips.slips, name="desk-slips"),
    path("slips/print/", slips.print_slips, name="desk-slips-print"),
    path("people/<uuid:person_id>/consent/", people.consent, name="desk-consent"),
    path("households/", people.households, name="desk-households"),
    path("households/<uuid:household_id>/", people.household, name="desk-household"),
    path("figures/", figures.catalogue, name="desk-figures"),
    path("figures/<str:code>/", figures.figure, name="desk-figure"),
    path("figures/<str:code>/facts/", figures.facts, name="desk-facts"),
    path("facts/<uuid:fact_id>/", figures.fact, name="desk-fact"),
    path("prints/", prints.prints, name="desk-prints"),
    path("people/cards/print/", prints.people_cards, name="desk-people-cards-print"),
    path("people/<uuid:person_id>/card/print/", prints.card, name="desk-card-print"),
    path(
        "people/<uuid:person_id>/consent/print/",
        prints.consent_of_person,
        name="desk-consent-print",
    ),
    path("people/<uuid:person_id>/claim/print/", prints.claim_slip, name="desk-claim-slip-print"),
    path("claims/<uuid:claim_id>/print/", prints.claim, name="desk-claim-print"),
    path("redemptions/<uuid:redemption_id>/print/", prints.redemption, name="desk-receipt-print"),
    path("shop/<uuid:shop_id>/prices/print/", prints.prices, name="desk-prices-print"),
    path(
        "households/<uuid:household_id>/consent/print/",
        prints.consent_of_household,
        name="desk-household-consent-print",
    ),
    path(
        "households/<uuid:household_id>/cards/print/",
        prints.household_cards,
        name="desk-household-cards-print",
    ),
]
