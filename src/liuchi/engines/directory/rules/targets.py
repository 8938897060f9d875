"""What the columns of a roster may be: the words offices write over them."""

from __future__ import annotations

from liuchi.engines.files.rules import ImportField
from liuchi.kernel.sentences import Sentence

ROSTER = "roster"
ORGANISATIONS = "organisations"
POSTS = "posts"
GRIDS = "grids"

ROSTER_FIELDS = (
    ImportField(
        "name",
        Sentence("姓名", "Name"),
        ("名字", "居民姓名", "成员姓名", "家庭成员姓名", "人员姓名", "家庭成员"),
        required=True,
        example="张小明",
    ),
    ImportField(
        "village",
        Sentence("村（社区）", "Village"),
        ("村", "社区", "村居", "所属社区", "所在社区", "所属村", "村社区", "行政村"),
        example="罗冲社区",
    ),
    ImportField(
        "grid",
        Sentence("网格", "Grid"),
        ("所属网格", "网格名称", "所在网格", "村民组", "小组", "组别"),
        example="第一网格",
    ),
    ImportField(
        "household",
        Sentence("户号", "Household number"),
        ("户编号", "户籍号", "户序号", "家庭编号", "户口簿号", "户口本号"),
        example="0001",
    ),
    ImportField(
        "head",
        Sentence("户主", "Head of household"),
        ("户主姓名", "户主名字"),
        example="张大明",
    ),
    ImportField(
        "relation",
        Sentence("与户主关系", "Relation to the head"),
        ("关系", "与户主的关系", "家庭关系", "户主关系"),
        example="户主",
    ),
    ImportField("sex", Sentence("性别", "Sex"), example="男"),
    ImportField(
        "birth_date",
        Sentence("出生日期", "Birth date"),
        ("出生年月日", "生日", "出生年月", "出生"),
        example="1980-05-01",
    ),
    ImportField(
        "phone",
        Sentence("手机号", "Phone"),
        ("手机", "电话", "联系电话", "手机号码", "电话号码", "联系方式", "移动电话"),
        sensitive=True,
        example="13800000000",
    ),
    ImportField(
        "address",
        Sentence("住址", "Address"),
        ("门牌", "门牌号", "地址", "家庭住址", "居住地址", "现住址", "户籍地址", "详细地址"),
        sensitive=True,
        example="示例花园1栋1单元101室",
    ),
    ImportField(
        "id_number",
        Sentence("身份证号", "Identity number"),
        ("身份证", "身份证号码", "公民身份号码", "公民身份证号码", "证件号码", "证件号"),
        sensitive=True,
        off_by_default=True,
    ),
)
"""``grid`` may be the sheet's name. Rows without ``household`` belong together by ``head``,
or from one row whose ``relation`` is the head's to the next."""

ORGANISATION_FIELDS = (
    ImportField(
        "name",
        Sentence("单位名称", "Name"),
        ("名称", "组织名称", "单位", "企业名称", "商户名称", "机构名称"),
        required=True,
        example="罗冲社区居民委员会",
    ),
    ImportField(
        "kind",
        Sentence("类别", "Kind"),
        ("类型", "单位类别", "单位类型", "组织类型", "性质"),
        example="居委会",
    ),
    ImportField(
        "uscc",
        Sentence("统一社会信用代码", "Unified social credit code"),
        ("信用代码", "社会信用代码", "统一代码", "机构代码"),
        example="91350100M000100Y43",
    ),
    ImportField(
        "area",
        Sentence("所在村（社区）", "Area"),
        ("村", "社区", "所属社区", "所在社区", "所属地", "辖区"),
        example="罗冲社区",
    ),
)

POST_FIELDS = (
    ImportField(
        "username",
        Sentence("用户名", "User name"),
        ("账号", "登录名", "帐号", "登录账号"),
        required=True,
        example="zhangsan",
    ),
    ImportField(
        "name",
        Sentence("姓名", "Name"),
        ("人员", "人员姓名", "名字"),
        example="示例甲",
    ),
    ImportField(
        "role",
        Sentence("岗位", "Role"),
        ("职务", "角色", "岗位名称"),
        required=True,
        example="记录员",
    ),
    ImportField(
        "area",
        Sentence("管辖范围", "Area"),
        ("村", "社区", "所属社区", "负责区域", "网格"),
        example="罗冲社区",
    ),
    ImportField(
        "organization",
        Sentence("单位", "Organisation"),
        ("所在单位", "工作单位", "单位名称"),
    ),
)
"""``name`` opens an account where the user name is new. Passwords never come by table."""

GRID_FIELDS = (
    ImportField(
        "name",
        Sentence("网格名称", "Grid name"),
        ("网格", "名称", "网格名", "单元网格", "name"),
        example="罗冲第一网格",
    ),
    ImportField(
        "code",
        Sentence("网格编码", "Grid code"),
        ("编码", "代码", "网格代码", "网格编号", "code", "bgcode"),
        example="340871001003001",
    ),
    ImportField(
        "village",
        Sentence("村（社区）", "Village"),
        ("村", "社区", "村居", "所属社区", "所在社区", "所属村", "行政村", "village"),
        example="罗冲社区",
    ),
    ImportField(
        "setting",
        Sentence("类别", "Kind"),
        ("类型", "网格类别", "网格类型", "kind"),
        example="城市网格",
    ),
    ImportField(
        "outline",
        Sentence("边界", "Outline"),
        ("geometry", "边界坐标", "网格边界", "范围", "四至坐标", "wkt"),
        example="POLYGON((117.03 30.50, 117.04 30.50, 117.04 30.51, 117.03 30.50))",
    ),
)
"""Without ``code`` the village's next. ``setting`` may say 村界: the village's own outline."""
