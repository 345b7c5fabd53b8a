"""Recipes for what SDKs in other languages do."""

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.vocab.terms import Text

SDKS = (
    Sdk(
        "senparc",
        "Senparc.Weixin",
        ("weixinmpsdk", "jeffreysu"),
        {
            "KF001": Recipe(
                Text(
                    "override the handler for unknown requests: events and types it does not know throw",
                    "重写未知请求的处理方法：遇到未知事件和类型会抛异常",
                ),
                "https://github.com/JeffreySu/WeiXinMPSDK/issues/1746",
            ),
            "KF214": Recipe(
                Text(
                    "ResponseMessageTransfer_Customer_Service was once serialised to an empty body: update, and look "
                    "at the bytes",
                    "ResponseMessageTransfer_Customer_Service 曾被序列化为空正文：请升级并查看实际字节",
                ),
                "https://github.com/JeffreySu/WeiXinMPSDK/issues/1751",
            ),
            "KF404": Recipe(
                Text(
                    "XML text replies are useless in a mini program: return DefaultResponseMessage (success) and call "
                    "CustomApi",
                    "XML 文本回复在小程序中无效：返回 DefaultResponseMessage（success），再调用 CustomApi",
                ),
                "https://github.com/JeffreySu/WeiXinMPSDK/issues/2064",
            ),
        },
    ),
    Sdk(
        "rails-wechat",
        "Eric-Guo/wechat",
        ("wechat gem", "rails"),
        {
            "KF404": Recipe(
                Text(
                    "reply.text is never shown in a mini program: call Wechat.api.custom_message_send",
                    "reply.text 在小程序中不会显示：请调用 Wechat.api.custom_message_send",
                ),
                "https://github.com/Eric-Guo/wechat/issues/264",
            ),
            "KF503": Recipe(
                Text(
                    "its reply to nothing is a sealed success: render plain: 'success' before the responder",
                    "没有回复时它会加密 success：请在 responder 之前 render plain: 'success'",
                ),
                "https://github.com/Eric-Guo/wechat",
            ),
            "KF515": Recipe(
                Text(
                    "update: it padded twice, with the key given without its =",
                    "请升级：它曾填充两次，密钥缺少末尾的 =",
                ),
                "https://github.com/Eric-Guo/wechat/pull/67",
            ),
        },
    ),
)
