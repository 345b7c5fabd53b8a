"""Recipes for what Go SDKs and frameworks do."""

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.vocab.terms import Text

SDKS = (
    Sdk(
        "silenceper",
        "silenceper/wechat",
        (),
        {
            "KF203": Recipe(
                Text(
                    "it answers XML always: choose XML as the data format in the console",
                    "它总是返回 XML：请在后台将数据格式选为 XML",
                ),
                "https://github.com/silenceper/wechat/pull/557",
            ),
            "KF503": Recipe(
                Text(
                    "update: with no reply in safe mode it sealed an empty text; or write success yourself",
                    "请升级：安全模式下没有回复时它会加密空文本；或自己写 success",
                ),
                "https://github.com/silenceper/wechat/pull/589",
            ),
            "KF701": Recipe(
                Text(
                    "it checks signature only: check msg_signature over the Encrypt yourself",
                    "它只校验 signature：请自己用 Encrypt 校验 msg_signature",
                ),
                "https://github.com/silenceper/wechat",
            ),
        },
    ),
    Sdk(
        "weapp",
        "medivhzhan/weapp",
        ("royalrick/weapp", "royalrick"),
        {
            "KF214": Recipe(
                Text(
                    "give the handler's result back: handlers without a return value leave the answer empty",
                    "把处理函数的结果返回：没有返回值的处理函数会得到空应答",
                ),
                "https://github.com/royalrick/weapp/issues/40",
            ),
            "KF403": Recipe(
                Text(
                    "give the handler's result back: handlers without a return value leave the answer empty",
                    "把处理函数的结果返回：没有返回值的处理函数会得到空应答",
                ),
                "https://github.com/royalrick/weapp/issues/42",
            ),
            "KF503": Recipe(
                Text(
                    "it seals success as well: write success to the ResponseWriter yourself",
                    "它连 success 也会加密：请自己向 ResponseWriter 写 success",
                ),
                "https://github.com/royalrick/weapp/issues/87",
            ),
            "KF509": Recipe(
                Text(
                    "encryptMsg writes the length as decimal text: use binary.BigEndian.PutUint32, or stay in "
                    "plaintext mode",
                    "encryptMsg 把长度写成了十进制文本：应使用 binary.BigEndian.PutUint32，或使用明文模式",
                ),
                "https://github.com/royalrick/weapp/issues/87",
            ),
            "KF701": Recipe(
                Text(
                    "it checks signature only: check msg_signature over the Encrypt yourself",
                    "它只校验 signature：请自己用 Encrypt 校验 msg_signature",
                ),
                "https://github.com/royalrick/weapp",
            ),
        },
    ),
    Sdk(
        "powerwechat",
        "PowerWeChat",
        ("artisancloud",),
        {
            "KF203": Recipe(
                Text(
                    "the mini program's push is JSON in part only: choose XML in the console",
                    "小程序推送只部分支持 JSON：请在后台选择 XML",
                ),
                "https://github.com/ArtisanCloud/PowerWeChat/pull/534",
            ),
            "KF318": Recipe(
                Text(
                    "buildReply writes time.Now() itself: build the reply yourself with time.Now().Unix()",
                    "buildReply 直接写入 time.Now()：请自己生成回复，使用 time.Now().Unix()",
                ),
                "https://github.com/ArtisanCloud/PowerWeChat",
            ),
            "KF505": Recipe(
                Text(
                    "choose XML as the data format in the console: its sealed reply is XML",
                    "请在后台选择 XML：它的加密回复是 XML",
                ),
                "https://github.com/ArtisanCloud/PowerWeChat/issues/524",
            ),
        },
    ),
    Sdk(
        "gin",
        "Gin",
        (),
        {
            "KF101": Recipe(
                Text(
                    'c.String(200, "%s", c.Query("echostr")), not c.JSON',
                    'c.String(200, "%s", c.Query("echostr"))，不要用 c.JSON',
                ),
                "https://pkg.go.dev/github.com/gin-gonic/gin#Context.String",
            ),
            "KF201": Recipe(
                Text(
                    'c.String(200, "success"); c.JSON puts quotes around it',
                    'c.String(200, "success")；c.JSON 会加上引号',
                ),
                "https://pkg.go.dev/github.com/gin-gonic/gin#Context.String",
            ),
            "KF224": Recipe(
                Text(
                    'c.XML names the root after the type: give it XMLName xml.Name with the tag `xml:"xml"`',
                    'c.XML 用类型名作根元素：加上 XMLName xml.Name，标签为 `xml:"xml"`',
                ),
                "https://pkg.go.dev/encoding/xml#Marshal",
            ),
        },
    ),
)
