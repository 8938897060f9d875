"""Addresses shared by portal and desk."""

from django.urls import path

from liuchi.surfaces.components import (
    account,
    cards,
    evidence,
    group_texts,
    new_device,
    offline,
    second_factor,
    sign_in,
    ways,
)

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("s/", ways.slip, name="slip"),
    path("sign-in/here/", ways.here, name="sign-in-here"),
    path("sign-in/phone/", ways.phone, name="sign-in-phone"),
    path("sign-in/device/", new_device.device, name="sign-in-device"),
    path("account/", account.account, name="account"),
    path("account/again/", second_factor.again, name="again"),
    path("account/second-factor/", second_factor.set_up, name="second-factor"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", sign_in.password, name="password"),
    path("language/", sign_in.preferences, name="preferences"),
    path("files/<uuid:document_id>/", evidence.image, name="file"),
    path("goods-photos/<uuid:document_id>/", evidence.goods_photo, name="goods-photo"),
    path("card/check/", cards.check, name="card-check"),
    path("card/check/list/", cards.refused, name="card-refused"),
    path("card/<uuid:person_id>/", cards.card, name="card"),
    path("card/<slug:token>/", cards.opened, name="card-opened"),
    path("offline/", offline.offline, name="offline"),
    path("worker.js", offline.worker, name="service-worker"),
    path("g/<slug:short>", group_texts.follow, name="short"),
]
