"""Addresses shared by portal and desk."""

from django.urls import path

from liuchi.surfaces.components import cards, evidence, group_texts, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", sign_in.password, name="password"),
    path("language/", sign_in.preferences, name="preferences"),
    path("files/<uuid:document_id>/", evidence.image, name="file"),
    path("card/<uuid:person_id>/", cards.card, name="card"),
    path("g/<slug:short>", group_texts.follow, name="short"),
]
