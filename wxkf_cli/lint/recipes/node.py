"""Recipes for what Node.js SDKs and frameworks do."""

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.vocab.terms import Text

SDKS = (
    Sdk(
        "npm-wechat",
        "npm wechat",
        ("wechat", "node-webot/wechat"),
        {
            "KF001": Recipe(
                Text(
                    "it cannot read JSON pushes (500): choose XML as the data format in the console",
                    "它不能读取 JSON 推送（返回 500）：请在后台将数据格式选为 XML",
                ),
                "https://github.com/node-webot/wechat/issues/281",
            ),
            "KF303": Recipe(
                Text(
                    "transfer2CustomerService writes milliseconds and has no option for it; write the document "
                    "yourself with Math.floor(Date.now() / 1000)",
                    "transfer2CustomerService 写的是毫秒，且没有选项可改；请自己生成文档，使用 Math.floor(Date.now() / "
                    "1000)",
                ),
                "https://github.com/node-webot/wechat/issues/175",
            ),
            "KF404": Recipe(
                Text(
                    "res.reply sends a text message, which a mini program never shows; res.status(200).end('success') "
                    "acknowledges",
                    "res.reply 发送的是文本消息，小程序不会显示；确认应使用 res.status(200).end('success')",
                ),
                "https://github.com/node-webot/wechat/issues/277",
            ),
            "KF214": Recipe(
                Text(
                    "res.transfer2CustomerService() transfers; an empty answer comes of res.reply('')",
                    "转发要调用 res.transfer2CustomerService()；空应答来自 res.reply('')",
                ),
                "https://github.com/node-webot/wechat/issues/237",
            ),
            "KF517": Recipe(
                Text(
                    "it writes the envelope's TimeStamp in milliseconds; seal the reply yourself, or stay in plaintext "
                    "mode",
                    "它的信封 TimeStamp 用的是毫秒；请自己加密回复，或使用明文模式",
                ),
                "https://github.com/node-webot/wechat/issues/243",
            ),
            "KF703": Recipe(
                Text(
                    "it does not check the appid: compare what decryption gives with your own",
                    "它不校验 appid：请自己比较解密得到的 appid",
                ),
                "https://github.com/node-webot/wechat",
            ),
        },
    ),
    Sdk(
        "co-wechat",
        "co-wechat",
        ("node-webot/co-wechat",),
        {
            "KF001": Recipe(
                Text(
                    "let no body parser run before it (koa-bodyparser leaves {}), and choose XML in the console",
                    "不要在它之前使用正文解析中间件（koa-bodyparser 会留下 {}），并在后台选择 XML",
                ),
                "https://github.com/node-webot/co-wechat/issues/27",
            ),
            "KF303": Recipe(
                Text(
                    "its customerService reply has milliseconds and no option for it; set ctx.body to a document "
                    "of your own",
                    "它的 customerService 回复用的是毫秒，且没有选项可改；请自己生成文档并赋给 ctx.body",
                ),
                "https://github.com/node-webot/wechat/issues/175",
            ),
            "KF404": Recipe(
                Text(
                    "a returned string becomes a text message, success too; return '' for nothing",
                    "返回的字符串会变成文本消息，success 也一样；不回复时返回 ''",
                ),
                "https://github.com/node-webot/co-wechat/pull/20",
            ),
            "KF517": Recipe(
                Text(
                    "it writes the envelope's TimeStamp in milliseconds; seal the reply yourself, or stay in plaintext "
                    "mode",
                    "它的信封 TimeStamp 用的是毫秒；请自己加密回复，或使用明文模式",
                ),
                "https://github.com/node-webot/wechat/issues/243",
            ),
            "KF703": Recipe(
                Text(
                    "it does not check the appid: compare what decryption gives with your own",
                    "它不校验 appid：请自己比较解密得到的 appid",
                ),
                "https://github.com/node-webot/co-wechat",
            ),
        },
    ),
    Sdk(
        "wx-server-sdk",
        "wx-server-sdk",
        ("cloud function", "cloudfunction"),
        {
            "KF001": Recipe(
                Text(
                    "await cloud.openapi calls and catch what they throw: an unhandled rejection ends the function",
                    "cloud.openapi 的调用要 await 并捕获异常：未处理的 rejection 会使函数终止",
                ),
                "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html",
            ),
            "KF203": Recipe(
                Text(
                    "return the object with the four fields; a cloud function is pushed, and answers, JSON",
                    "返回含四个字段的对象；云函数收到的推送和应答都是 JSON",
                ),
                "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html",
            ),
            "KF211": Recipe(
                Text(
                    "return an object, not a text: the platform serialises it",
                    "返回对象，不要返回字符串：平台会自行序列化",
                ),
                "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html",
            ),
            "KF306": Recipe(
                Text(
                    "CreateTime: parseInt(+new Date() / 1000)", "CreateTime: parseInt(+new Date() / 1000)（取整数秒）"
                ),
                "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html",
            ),
            "KF314": Recipe(
                Text(
                    "ToUserName: event.FromUserName, FromUserName: event.ToUserName; nothing written into the code",
                    "ToUserName: event.FromUserName，FromUserName: event.ToUserName；不要写死在代码里",
                ),
                "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html",
            ),
        },
    ),
    Sdk(
        "express",
        "Express",
        (),
        {
            "KF001": Recipe(
                Text(
                    "read the raw body: express.text({ type: '*/*' }); parsers that go by Content-Type leave {}",
                    "读取原始正文：express.text({ type: '*/*' })；按 Content-Type 解析的中间件会留下 {}",
                ),
                "https://expressjs.com/en/api.html#express.text",
            ),
            "KF101": Recipe(
                Text(
                    "res.type('text').send(String(req.query.echostr)), not res.json and not Number()",
                    "res.type('text').send(String(req.query.echostr))，不要用 res.json，也不要用 Number()",
                ),
                "https://expressjs.com/en/api.html#res.send",
            ),
            "KF201": Recipe(
                Text(
                    "res.type('text').send('success'); res.json puts quotes around it",
                    "res.type('text').send('success')；res.json 会加上引号",
                ),
                "https://expressjs.com/en/api.html#res.send",
            ),
            "KF211": Recipe(
                Text(
                    "res.type('application/xml').send(xml); res.json wraps the text in quotes",
                    "res.type('application/xml').send(xml)；res.json 会给文本加上引号",
                ),
                "https://expressjs.com/en/api.html#res.send",
            ),
            "KF218": Recipe(
                Text(
                    "res.json(reply) for a JSON push; `${reply}` is [object Object]",
                    "JSON 推送用 res.json(reply)；`${reply}` 得到的是 [object Object]",
                ),
                "https://expressjs.com/en/api.html#res.json",
            ),
        },
    ),
    Sdk(
        "koa",
        "Koa",
        (),
        {
            "KF001": Recipe(
                Text(
                    "read the raw body (raw-body or co-body's text); koa-body and koa-bodyparser leave {} of text/xml",
                    "读取原始正文（raw-body 或 co-body 的 text）；koa-body、koa-bodyparser 对 text/xml 只留下 {}",
                ),
                "https://github.com/koajs/bodyparser/issues/45",
            ),
            "KF208": Recipe(
                Text(
                    "set ctx.body = 'success': a ctx.body of null is answered with 204, an object with {}",
                    "设置 ctx.body = 'success'：ctx.body 为 null 时返回 204，为空对象时返回 {}",
                ),
                "https://github.com/koajs/koa/blob/master/docs/api/response.md",
            ),
        },
    ),
)
