"""Addresses under ``/desk/cases/``."""

from django.urls import path

from liuchi.surfaces.desk.cases import boards, contacts, dispatching, opened, whistles

urlpatterns = [
    path("", boards.board, name="desk-cases"),
    path("dispatch/", dispatching.dispatching, name="desk-cases-dispatch"),
    path("<uuid:case_id>/", opened.case, name="desk-case"),
    path("<uuid:case_id>/whistle/", whistles.call, name="desk-whistle-new"),
    path("<uuid:case_id>/photos/<uuid:document_id>/", contacts.photo, name="desk-case-photo"),
    path("<uuid:case_id>/contact/<uuid:report_id>/", contacts.contact, name="desk-case-contact"),
]
