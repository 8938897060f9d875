"""Reporting a matter: one form for the resident's phone, the grid worker's and the desk.

A line of text is all that must be given. Where it is, the code that was scanned says, or a
choice from the tree, or the phone's position when its button was pressed; the type may be
left to whoever takes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.queries import AlikeRow, Receipt
from liuchi.engines.cases.spec import STAGE_WORDS, CasesSpec, TypeSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, LiuchiError
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import gates, maps, questions
from liuchi.surfaces.components.forms import OpenSheet, Sheet, say
from liuchi.surfaces.components.photos import PhotosField

TEXT_CHARACTERS_MAX = 400
PLACE_CHARACTERS_MAX = 80
FEW_TYPES = 6
_LOCATES = "geolocation=(self), microphone=()"
_JSON = "application/json"


class ReportForm(OpenSheet):
    """What somebody saw. ``spec`` gives the types, ``grids`` the places to choose from.

    ``channels``: the ways it may come in by; types that none of them is open to are not offered.
    """

    photos = PhotosField(label=gettext_lazy("拍照"))
    text = forms.CharField(
        label=gettext_lazy("什么事"),
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft-title": ""}),
        error_messages={"required": gettext_lazy("请写一句话，说明是什么事。")},
    )
    grid = forms.ChoiceField(
        label=gettext_lazy("网格"),
        required=False,
        widget=forms.Select(attrs={"data-map-choice": ""}),
    )
    place = forms.CharField(
        label=gettext_lazy("具体位置"), max_length=PLACE_CHARACTERS_MAX, required=False
    )
    type_code = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    longitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    latitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    join = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        spec: CasesSpec,
        grids: Sequence[AreaRow],
        channels: Sequence[Channel],
        **kwargs: Any,
    ) -> None:
        """Fill the choices; without a type for the unsorted, one must be chosen."""
        super().__init__(*args, **kwargs)
        self.spec = spec
        self.unsorted = unsorted_by(spec, channels)
        self.answers: dict[str, object] = {}
        self.wrong_answers: dict[str, str] = {}
        _choices(self, "grid", [("", _("不清楚")), *((str(row.id), row.name) for row in grids)])
        first = _("不知道，请工作人员分类") if self.unsorted else _("请选择")
        types = type_choices(spec, channels)
        self.offered = (self.unsorted, *(code for _title, each in types for code, _name in each))
        few = [pair for _title, each in types for pair in each]
        if self.unsorted or len(few) > FEW_TYPES:
            _choices(self, "type_code", [("", first), *types])
        else:  # one tap each, where a list would take two
            self.fields["type_code"].widget = forms.RadioSelect()
            _choices(self, "type_code", few)
        self.fields["type_code"].required = not self.unsorted
        self.fields["type_code"].error_messages["required"] = _("请选择类别。")

    @property
    def blocks(self) -> tuple[questions.Block, ...]:
        """What is asked about the types offered, with what was answered."""
        return questions.blocks(
            self.spec, self.offered, self.data, self._chosen(), wrong=self.wrong_answers
        )

    @property
    def first_wrong(self) -> str:
        """The box to begin with: the first that cannot be used as it is, "" for none."""
        named = next((name for name in self.errors if name != "__all__"), "")
        return named or next(iter(self.wrong_answers), "")

    def said_of(self, name: str) -> str:
        """Say what is wrong with an answer, and with which; "" for any other box."""
        asked = (each for block in self.blocks for each in block.asked if each.name == name)
        words = _("%(question)s：%(error)s")
        said = ({"question": each.question.title, "error": each.error} for each in asked)
        return next((words % each for each in said if each["error"]), "")

    def clean(self) -> dict[str, Any]:
        """Look at the answers to what is asked about the type."""
        values = super().clean() or self.cleaned_data
        if isinstance(self.data, QueryDict) and "type_code" in values:
            self.answers = questions.given(self.spec, self._chosen(), self.data)
            if not values.get("join"):
                self._mark(questions.wrong_in(self.spec, self._chosen(), self.answers))
        return values

    def refuse(self, error: LiuchiError) -> None:
        """Put what was said of an answer beside its question."""
        found = questions.named(self.spec, self._chosen(), getattr(error, "errors", ()))
        super().refuse(error)
        self.wrong_answers |= found

    def _mark(self, wrong: dict[str, str]) -> None:
        self.wrong_answers = wrong
        if wrong:
            self.add_error(None, _("有的问题还要补，见红字。"))

    def _chosen(self) -> str:
        return str(self.data.get("type_code", "")) or self.unsorted


def type_choices(
    spec: CasesSpec, channels: Sequence[Channel] = tuple(Channel)
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the types open to any of some channels under the titles of their main types."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in spec.types:
        is_open = any(spec.is_open(each.code, channel) for channel in channels)
        if is_open and each.code != spec.unsorted:
            groups.setdefault(spec.path(each.code)[0].title, []).append((each.code, each.title))
    return list(groups.items())


def unsorted_by(spec: CasesSpec, channels: Sequence[Channel]) -> str:
    """Return the type of what is reported without choosing one, "" where one must be chosen."""
    return next(filter(None, (spec.unsorted_by(channel) for channel in channels)), "")


def is_open_to(spec: CasesSpec | None, channel: Channel) -> bool:
    """Whether anything may be reported in a way; an enterprise's must be named somewhere."""
    if spec is None:
        return False
    named = {*spec.channels, *spec.file_directly}.union(*(each.channels for each in spec.types))
    is_meant = channel is not Channel.ENTERPRISE or channel in named
    return is_meant and any(spec.is_open(each.code, channel) for each in spec.types)


def spec_at(village: AreaRow) -> CasesSpec | None:
    """Return the types in force at a village today, None where nothing can be reported yet."""
    return cases.types_at(village.id, clock.today())


def spec_for_people(village: AreaRow) -> CasesSpec | None:
    """Return those types where residents may report at all, None where only offices do."""
    spec = spec_at(village)
    mine = (Channel.RESIDENT, Channel.ANONYMOUS)
    return spec if any(is_open_to(spec, each) for each in mine) else None


def place_of(code: str) -> tuple[AreaRow, AreaRow | None]:
    """Return the village of a code, and the grid where the code is a grid's own."""
    area = directory.area_by_slug(code)
    if AreaKind(area.kind) is AreaKind.GRID and area.parent_id is not None:
        return directory.area(area.parent_id), area
    return area, None


def area_of(form: Sheet, village: AreaRow, grid: AreaRow | None) -> UUID:
    """Return the smallest place a filled form names; the address's own where it asks nothing."""
    if grid is not None and "grid" not in form.data:
        return grid.id
    chosen = form.cleaned_data.get("grid")
    return UUID(chosen) if chosen else village.id


def send(
    form: ReportForm,
    village: AreaRow,
    grid: AreaRow | None,
    *,
    channel: Channel,
    actor: Actor | None = None,
    address: str = "",
) -> Receipt:
    """Take in what a form says. Photos first: they go under keys made from the form's."""
    values = form.cleaned_data
    key = values["key"]
    kind = _type(form.spec, values["type_code"] or form.unsorted)
    area_id = area_of(form, village, grid)
    above = village.parent_id if kind.about_office else None
    evidence = tuple(
        _kept(photo, above or area_id, key, actor) for photo in values.get("photos") or ()
    )
    point = values.get("longitude") is not None and values.get("latitude") is not None
    return cases_actions.report_case(
        key=key,
        told=Told(
            area_id=area_id,
            type_code=kind.code,
            text=values["text"],
            place=values["place"],
            longitude=values["longitude"] if point else None,
            latitude=values["latitude"] if point else None,
            organization=values.get("organization", ""),
            contact=values.get("contact", ""),
            answers=form.answers,
            evidence=evidence,
            joins=values.get("join"),
        ),
        channel=channel,
        actor=actor,
        address=address,
    )


def helped(request: HttpRequest, village: AreaRow, grid: AreaRow | None) -> HttpResponse | None:
    """Answer what the page asks while one writes; None for a form that is sent."""
    step = request.POST.get("step")
    if step == "here":
        return JsonResponse(_here(request, village))
    if step == "alike":
        shown = {"alike": [_alike_words(each) for each in _alike(request, village, grid)]}
        return TemplateResponse(request, "components/report_alike.html", shown)
    return None


def locating(response: HttpResponse) -> HttpResponse:
    """Let this page ask the phone where it is; no other page may."""
    response.headers["Permissions-Policy"] = _LOCATES
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page behind a secret address out of caches."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's script sent it and reads the answer itself."""
    return _JSON in request.headers.get("Accept", "")


def answer(
    request: HttpRequest,
    form: Sheet,
    take: Callable[[], str],
    show: Callable[[], HttpResponse],
) -> HttpResponse:
    """Do what a form asks, or show it again with all that was typed.

    ``take`` returns the page it leads to. Whoever is told to come again later is told when,
    and the page's script keeps the form and sends it again by itself.
    """
    is_script, refusal = wants_json(request), None
    if form.checked():
        try:
            url = take()
            return JsonResponse({"url": url}) if is_script else HttpResponseRedirect(url)
        except LiuchiError as error:
            refusal = error
            form.refuse(error)
    response = _refused_json(form, refusal) if is_script else show()
    return gates.told_when(response, refusal)


def _refused_json(form: Sheet, error: LiuchiError | None) -> JsonResponse:
    """Answer the script: what is wrong, and at which field."""
    if error is not None and not getattr(error, "errors", ()):
        answer = {"refused": say(error.sentence), "code": error.code}
        return JsonResponse(answer, status=error.status)
    field, messages = next(iter(form.errors.items()))
    said, shown = str(messages[0]), "" if field == "__all__" else field
    if isinstance(form, ReportForm) and form.first_wrong:
        shown, said = form.first_wrong, form.said_of(form.first_wrong) or said
    return JsonResponse({"refused": said, "field": shown}, status=form.status)


def context(
    form: Sheet, village: AreaRow, grid: AreaRow | None, grids: Sequence[AreaRow]
) -> dict[str, object]:
    """Return what the fields of the form need: the map, and the words of its scripts."""
    chosen = grid.id if grid is not None else None
    return {
        "form": form,
        "is_desk": False,
        "is_enterprise": False,
        "village": village,
        "area": grid or village,
        "grid_name": grid.name if grid is not None else "",
        "map": maps.shown([village.id], picks=True, chosen=chosen) if grids else None,
        "draft_words": draft_words(),
        "report_words": {
            "looking": _("正在定位…"),
            "unknown": _("定到位了，但不在已画的网格里。请选网格。"),
            "denied": _("没有定位。请选网格，或写明位置。"),
        },
    }


def draft_words() -> dict[str, str]:
    """Return what the script says of drafts that wait in this browser."""
    return {
        "kept": _("没有网络，已经存在这部手机里。有网时自动提交，请不要清理浏览器数据。"),
        "full": _("提交的人多，已经存在这部手机里，稍后自动提交。"),
        "waits": _("等网络恢复自动提交"),
        "signedOut": _("登录后自动提交"),
        "sent": _("已提交"),
        "open": _("看回执"),
        "away": _("收起"),
        "mend": _("改了再交"),
        "untitled": _("没有文字的一件"),
        "failed": _("这部手机存不下了，请直接联系社区。"),
    }


def _kept(photo: UploadedFile[Any], area_id: UUID, key: str, actor: Actor | None) -> UUID:
    content = photo.read()
    try:
        return cases_actions.keep_photo(
            content,
            photo.name or "photo",
            area_id=area_id,
            key=f"{key}:{sha256(content).hexdigest()[:16]}",
            actor=actor,
        )
    except Invalid as error:
        raise Invalid(
            error.code, error.sentence, (FieldError("photos", error.sentence),)
        ) from error


def keep_photos(photos: Sequence[UploadedFile[Any]], area_id: UUID, key: str) -> tuple[UUID, ...]:
    """Store photos somebody adds to their report later."""
    return tuple(_kept(photo, area_id, key, None) for photo in photos)


def _type(spec: CasesSpec, code: str) -> TypeSpec:
    found = spec.type(code)
    if found is None or not spec.is_leaf(code):
        sentence = Sentence("请选择类别。", "Choose a type.")
        raise Invalid("type_unknown", sentence, (FieldError("type_code", sentence),))
    return found


def _here(request: HttpRequest, village: AreaRow) -> dict[str, object]:
    longitude, latitude = _degrees(request.POST, "longitude"), _degrees(request.POST, "latitude")
    if longitude is None or latitude is None:
        raise Invalid("point_wrong", Sentence("没有收到位置。", "No position came."))
    found = directory.place_at(float(longitude), float(latitude))
    if found is None:
        return {"grid": "", "said": _("定到位了，但不在已画的网格里。请选网格。")}
    if found.village.id != village.id:
        name = found.village.name
        return {"grid": "", "said": _("您现在在%(name)s，请核对。") % {"name": name}}
    name = found.grid.name if found.grid is not None else village.name
    return {
        "grid": str(found.grid.id) if found.grid is not None else "",
        "said": name,
    }


def _alike(request: HttpRequest, village: AreaRow, grid: AreaRow | None) -> tuple[AlikeRow, ...]:
    chosen = request.POST.get("grid", "")
    ids = {str(row.id): row.id for row in directory.grids_of(village.id)}
    return cases.alike(
        ids.get(chosen) or (grid or village).id,
        type_code=request.POST.get("type_code", ""),
        text=request.POST.get("text", "")[:TEXT_CHARACTERS_MAX],
        longitude=_degrees(request.POST, "longitude"),
        latitude=_degrees(request.POST, "latitude"),
    )


def _alike_words(row: AlikeRow) -> dict[str, object]:
    days = (clock.now() - row.reported_at).days
    when = _("今天") if not days else _("%(n)s 天前") % {"n": days}
    near = "" if row.metres is None else _("约 %(n)s 米") % {"n": row.metres}
    return {
        "id": row.id,
        "title": row.type_title,
        "where": " · ".join(filter(None, (row.area_name, near))),
        "when": when,
        "state": say(STAGE_WORDS[row.state]),
    }


def _degrees(given: Mapping[str, Any], name: str) -> Any:
    try:
        return forms.DecimalField(required=False, max_digits=9, decimal_places=6).clean(
            given.get(name, "")
        )
    except forms.ValidationError:
        return None


def _choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)
