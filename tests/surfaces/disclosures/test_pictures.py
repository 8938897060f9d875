"""Pictures beside a posting, at the desk and out: nothing comes with them but what they show."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from engines.disclosures.posted import ROW, Posted
from liuchi.engines.disclosures import actions
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id
from surfaces.cases.pages import browser, page
from surfaces.disclosures.planted import POSITION, picture
from surfaces.disclosures.test_desk import send


def given(content: bytes, name: str = "渠.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_pictures_are_added_looked_at_and_shown_with_their_words(
    posted: Posted, client: Client
) -> None:
    posting_id = posted.begin()
    posted.write(posting_id, [ROW])
    here = f"/desk/disclosures/{posting_id}/"
    secretary, clerk = browser(posted.world.secretary), browser(posted.world.clerk)
    assert f'href="{here}pictures/"' in page(secretary, here)
    two = [given(picture()), given(picture(colour="teal"), "门.jpg")]
    sent = send(secretary, f"{here}pictures/", do="attach", photos=two, caption="修好的东渠")
    assert sent.status_code == 302, sent.content.decode()
    shown = page(secretary, f"{here}pictures/")
    assert ("修好的东渠（2）" in shown, "2 / 9 张" in shown) == (True, True)
    gone = re.findall(r'name="attachment" value="([^"]+)"', shown)[1]
    send(secretary, f"{here}pictures/", do="detach", attachment=gone)
    send(secretary, here, do="submit")
    waits = page(clerk, here)
    (box,) = re.findall(r'type="checkbox" name="(a:file:1[^"]*)" value="([^"]+)"', waits)
    assert send(clerk, here, do="release").status_code == 403
    assert send(clerk, here, do="release", **{box[0]: box[1]}).status_code == 302
    out = page(client, f"/v/{posted.world.village.code}/open/relief/")
    ((address, words),) = re.findall(r'<img src="(/v/[^"]+)" alt="([^"]+)"', out)
    assert words == "修好的东渠（1）"
    content = client.get(address).content
    assert POSITION.encode() not in content
    assert Image.open(io.BytesIO(content)).getexif() == {}
    actions.take_down_posting(
        actor=posted.world.clerk, key="down", posting_id=posting_id, reason="不属于公开范围"
    )
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.7 110105", "表.jpg", "请在下面的“加文件”里选它"),
        (b"PK\x03\x04word", "表.docx", "请在下面的“加文件”里选它"),
        (b"no picture", "表.jpg", "不是完整的图片"),
    ],
)
def test_what_cannot_be_looked_into_is_not_attached(
    posted: Posted, content: bytes, name: str, said: str
) -> None:
    posting_id = posted.begin()
    there = f"/desk/disclosures/{posting_id}/pictures/"
    by = browser(posted.world.secretary)
    answer = send(by, there, do="attach", photos=given(content, name), caption="表")
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert send(by, there, do="attach", caption="").content.decode().count("f-photos-error") >= 1
    assert posted.now(posting_id).attachments == ()


def test_nine_at_most_and_none_of_somebodys_own(posted: Posted) -> None:
    posting_id = posted.begin()
    there = f"/desk/disclosures/{posting_id}/pictures/"
    by = browser(posted.world.secretary)
    for _turn in range(3):
        photos = [given(picture(colour=each)) for each in ("red", "green", "blue")]
        assert send(by, there, do="attach", photos=photos, caption="渠").status_code == 302
    assert "先移走一张" in page(by, there)
    refused = send(by, there, do="attach", photos=given(picture()), caption="渠")
    assert "图片最多 9 张" in refused.content.decode()
    with pytest.raises(NotFound):
        actions.attach(
            actor=posted.world.secretary, key="no", posting_id=posting_id,
            document_id=new_id(), file_name="x.jpg",
        )  # fmt: skip
    posted.submit(posting_id)
    page(browser(posted.world.worker), there, 403)
    assert 'value="attach"' not in page(by, there)
