"""Addresses under ``/desk/collect/``."""

from django.urls import path

from liuchi.surfaces.desk.collecting import answering, sending, tables

urlpatterns = [
    path("", tables.sent, name="desk-collect"),
    path("new/", sending.new, name="desk-collect-new"),
    path("asked/", tables.to_fill, name="desk-collect-asked"),
    path("asked/<uuid:reply_id>/", answering.reply, name="desk-collect-reply"),
    path("asked/<uuid:reply_id>/template/", answering.template, name="desk-collect-template"),
    path("<uuid:table_id>/", tables.table, name="desk-collect-table"),
    path("<uuid:table_id>/again/", sending.again, name="desk-collect-again"),
    path("<uuid:table_id>/merged/", tables.merged, name="desk-collect-merged"),
    path("<uuid:table_id>/<uuid:reply_id>/", tables.answer, name="desk-collect-answer"),
]
