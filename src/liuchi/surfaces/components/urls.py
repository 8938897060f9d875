"""Addresses shared by portal and desk."""

from django.urls import path

from liuchi.surfaces.components import evidence, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", sign_in.password, name="password"),
    path("language/", sign_in.preferences, name="preferences"),
    path("files/<uuid:document_id>/", evidence.image, name="file"),
]
