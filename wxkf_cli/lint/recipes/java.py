"""Recipes for what Java SDKs and frameworks do."""

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.vocab.terms import Text

SDKS = (
    Sdk(
        "wxjava",
        "WxJava",
        ("binarywang", "weixin-java-miniapp", "weixin-java-tools"),
        {
            "KF001": Recipe(
                Text(
                    "set both addresses before toXml: it throws where one is null",
                    "调用 toXml 之前设置好两个地址：任何一个为 null 都会抛异常",
                ),
                "https://github.com/binarywang/WxJava/issues/1254",
            ),
            "KF203": Recipe(
                Text(
                    "its only reply class is XML: choose XML in the console, or write the four fields as JSON yourself",
                    "它只有 XML 回复类：请在后台选择 XML，或自己把四个字段写成 JSON",
                ),
                "https://github.com/binarywang/WxJava/issues/3376",
            ),
            "KF214": Recipe(
                Text(
                    "return what the router gives: outMessage.toXml(), from the controller",
                    "把路由器返回的结果从 controller 返回：outMessage.toXml()",
                ),
                "https://github.com/binarywang/WxJava/issues/1074",
            ),
            "KF403": Recipe(
                Text(
                    "handlers need a return value (since 3.4.5.B), and the controller has to write it",
                    "处理器要有返回值（3.4.5.B 起），controller 要把它写出去",
                ),
                "https://github.com/binarywang/WxJava/issues/1079",
            ),
            "KF303": Recipe(
                Text(
                    "setCreateTime(System.currentTimeMillis() / 1000): it writes what you set",
                    "setCreateTime(System.currentTimeMillis() / 1000)：设置什么就写什么",
                ),
                "https://github.com/binarywang/WxJava",
            ),
            "KF301": Recipe(
                Text(
                    "toUser is the push's fromUser, fromUser its toUser",
                    "toUser 取推送的 fromUser，fromUser 取推送的 toUser",
                ),
                "https://github.com/binarywang/WxJava/issues/3597",
            ),
            "KF309": Recipe(
                Text(
                    "the transfer is not posted to custom/send: return it from the controller",
                    "转发不是提交到 custom/send：应从 controller 返回",
                ),
                "https://github.com/binarywang/WxJava/issues/885",
            ),
            "KF505": Recipe(
                Text(
                    "toEncryptedXml writes XML only: choose XML as the data format in the console",
                    "toEncryptedXml 只生成 XML：请在后台将数据格式选为 XML",
                ),
                "https://github.com/binarywang/WxJava/issues/3376",
            ),
        },
    ),
    Sdk(
        "spring",
        "Spring",
        ("spring boot", "springboot", "spring mvc"),
        {
            "KF001": Recipe(
                Text(
                    "415, 406: leave consumes and produces out of the mapping, and take @RequestBody String",
                    "415、406：映射中去掉 consumes 和 produces，参数用 @RequestBody String",
                ),
                "https://github.com/tencentyun/wafer2-startup/issues/104",
            ),
            "KF101": Recipe(
                Text(
                    'produces = "text/plain" and return the String; a JSON converter puts quotes around it',
                    'produces = "text/plain" 并返回 String；JSON 转换器会给它加上引号',
                ),
                "https://github.com/FastBootWeixin/FastBootWeixin/issues/7",
            ),
            "KF201": Recipe(
                Text(
                    'produces = "text/plain" and return "success"; a JSON converter puts quotes around it',
                    'produces = "text/plain" 并返回 "success"；JSON 转换器会给它加上引号',
                ),
                "https://github.com/FastBootWeixin/FastBootWeixin/issues/7",
            ),
            "KF211": Recipe(
                Text(
                    "return the text as a String with StringHttpMessageConverter before the JSON one",
                    "以 String 返回，并让 StringHttpMessageConverter 排在 JSON 转换器之前",
                ),
                "https://github.com/FastBootWeixin/FastBootWeixin/issues/7",
            ),
            "KF221": Recipe(
                Text(
                    "in your ResponseBodyAdvice let supports() return false for this controller",
                    "在 ResponseBodyAdvice 的 supports() 中对该 controller 返回 false",
                ),
                "https://docs.spring.io/spring-framework/reference/web/webmvc/mvc-controller/ann-advice.html",
            ),
            "KF222": Recipe(
                Text(
                    "in your ResponseBodyAdvice and exception handler leave this controller out",
                    "在 ResponseBodyAdvice 和异常处理器中排除该 controller",
                ),
                "https://docs.spring.io/spring-framework/reference/web/webmvc/mvc-controller/ann-advice.html",
            ),
        },
    ),
)
