"""Addresses under ``/desk/cases/``."""

from django.urls import path

from liuchi.surfaces.desk.cases import (
    boards,
    contacts,
    dispatching,
    exclusions,
    follow_up,
    opened,
    overview,
    registers,
    whistles,
)

urlpatterns = [
    path("", boards.board, name="desk-cases"),
    path("dispatch/", dispatching.dispatching, name="desk-cases-dispatch"),
    path("overview/", overview.overview, name="desk-cases-overview"),
    path("rechecks/", follow_up.rechecks, name="desk-rechecks"),
    path("checks/", follow_up.checks, name="desk-checks"),
    path("call-backs/", follow_up.call_backs, name="desk-call-backs"),
    path("call-backs/<uuid:drawn_id>/", follow_up.call_back, name="desk-case-call-back"),
    path("draws/", follow_up.draws, name="desk-draws"),
    path("draws/<uuid:draw_id>/", follow_up.draw, name="desk-draw"),
    path("registers/", registers.registers, name="desk-registers"),
    path("registers/<slug:main_type>/", registers.register, name="desk-register"),
    path("registers/<slug:main_type>/print/", registers.register_print, name="desk-register-print"),
    path("exclusions/", exclusions.ledger, name="desk-exclusions"),
    path("exclusions/<uuid:exclusion_id>/", exclusions.exclusion, name="desk-exclusion"),
    path("<uuid:case_id>/recheck/", follow_up.recheck, name="desk-case-recheck"),
    path("<uuid:case_id>/exclude/", exclusions.ask, name="desk-case-exclude"),
    path("<uuid:case_id>/", opened.case, name="desk-case"),
    path("<uuid:case_id>/whistle/", whistles.call, name="desk-whistle-new"),
    path("<uuid:case_id>/photos/<uuid:document_id>/", contacts.photo, name="desk-case-photo"),
    path("<uuid:case_id>/contact/<uuid:report_id>/", contacts.contact, name="desk-case-contact"),
]
