"""Recipes for what Python SDKs and frameworks do."""

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.vocab.terms import Text

SDKS = (
    Sdk(
        "wechatpy",
        "wechatpy",
        (),
        {
            "KF001": Recipe(
                Text(
                    "a refused push of secure mode: give decrypt_message the msg_signature of the query, not signature",
                    "安全模式下推送被拒绝：传给 decrypt_message 的应是查询参数 msg_signature，而不是 signature",
                ),
                "https://github.com/wechatpy/wechatpy/issues/739",
            ),
            "KF101": Recipe(
                Text(
                    "return the echostr from the GET, after check_signature; check_signature itself answers nothing",
                    "GET 请求先 check_signature，再返回 echostr；check_signature 本身不会应答",
                ),
                "https://github.com/wechatpy/wechatpy/issues/209",
            ),
            "KF203": Recipe(
                Text(
                    "it reads and writes XML only: choose XML as the data format in the console",
                    "只支持读写 XML：请在后台将数据格式选为 XML",
                ),
                "https://github.com/wechatpy/wechatpy",
            ),
            "KF505": Recipe(
                Text(
                    "its crypto seals XML envelopes only: choose XML as the data format in the console",
                    "它的加密模块只生成 XML 信封：请在后台将数据格式选为 XML",
                ),
                "https://github.com/wechatpy/wechatpy",
            ),
            "KF401": Recipe(
                Text(
                    'transfer by name: if msg.type in {"text", "image", "miniprogrampage"}; new events parse as '
                    "UnknownMessage, whose type is not event",
                    '按名称转发：if msg.type in {"text", "image", "miniprogrampage"}；新的事件会解析为 UnknownMessage，'
                    "其 type 不是 event",
                ),
                "https://github.com/wechatpy/wechatpy/issues/389",
            ),
            "KF402": Recipe(
                Text(
                    'transfer by name: if msg.type in {"text", "image", "miniprogrampage"}; unknown events parse as '
                    "UnknownMessage, whose type is not event",
                    '按名称转发：if msg.type in {"text", "image", "miniprogrampage"}；未知事件会解析为 UnknownMessage，'
                    "其 type 不是 event",
                ),
                "https://github.com/wechatpy/wechatpy/issues/390",
            ),
            "KF404": Recipe(
                Text(
                    'do not return create_reply(""): it renders a text reply; return the string success',
                    '不要返回 create_reply("")，它会生成文本回复；请直接返回字符串 success',
                ),
                "https://github.com/wechatpy/wechatpy/issues/161",
            ),
        },
    ),
    Sdk(
        "werobot",
        "WeRoBot",
        ("robot",),
        {
            "KF001": Recipe(
                Text(
                    "it cannot read JSON pushes (500): choose XML as the data format in the console",
                    "它不能读取 JSON 推送（返回 500）：请在后台将数据格式选为 XML",
                ),
                "https://github.com/offu/WeRoBot",
            ),
            "KF401": Recipe(
                Text(
                    "register handlers for text, image and miniprogrampage by name; robot.handler takes events too",
                    "用名称为 text、image、miniprogrampage 注册处理函数；robot.handler 也会收到事件",
                ),
                "https://github.com/offu/WeRoBot/issues/342",
            ),
            "KF402": Recipe(
                Text(
                    "register handlers by name; an event it does not know is an UnknownEvent and reaches robot.handler",
                    "按名称注册处理函数；未知事件是 UnknownEvent，会进入 robot.handler",
                ),
                "https://github.com/offu/WeRoBot/issues/342",
            ),
            "KF404": Recipe(
                Text(
                    "a returned string becomes a text reply; return None and call the client's send_text_message",
                    "返回字符串会变成文本回复；应返回 None，再调用 client 的 send_text_message",
                ),
                "https://github.com/offu/WeRoBot/issues/298",
            ),
            "KF503": Recipe(
                Text(
                    "return None where nothing is to be said: SuccessReply is sealed as well",
                    "没有回复时返回 None：SuccessReply 也会被加密",
                ),
                "https://github.com/offu/WeRoBot",
            ),
        },
    ),
    Sdk(
        "flask",
        "Flask",
        (),
        {
            "KF101": Recipe(
                Text(
                    "return the str itself: return echostr; not jsonify(echostr)",
                    "直接返回字符串：return echostr；不要用 jsonify(echostr)",
                ),
                "https://flask.palletsprojects.com/en/stable/quickstart/#about-responses",
            ),
            "KF201": Recipe(
                Text(
                    'return "success", 200, {"Content-Type": "text/plain"}; jsonify puts quotes around it',
                    'return "success", 200, {"Content-Type": "text/plain"}；jsonify 会加上引号',
                ),
                "https://flask.palletsprojects.com/en/stable/quickstart/#about-responses",
            ),
            "KF211": Recipe(
                Text(
                    'return Response(xml, mimetype="application/xml"); a str is sent as it is, jsonify wraps it',
                    'return Response(xml, mimetype="application/xml")；字符串会原样发送，jsonify 会再包一层',
                ),
                "https://flask.palletsprojects.com/en/stable/quickstart/#about-responses",
            ),
            "KF218": Recipe(
                Text(
                    "return jsonify(reply) for a JSON push; str(reply) is Python, not JSON",
                    "JSON 推送应 return jsonify(reply)；str(reply) 得到的是 Python 写法，不是 JSON",
                ),
                "https://flask.palletsprojects.com/en/stable/quickstart/#about-responses",
            ),
        },
    ),
    Sdk(
        "fastapi",
        "FastAPI",
        ("starlette",),
        {
            "KF101": Recipe(
                Text(
                    "return PlainTextResponse(echostr): a str that is returned is written as JSON, with quotes",
                    "return PlainTextResponse(echostr)：直接返回字符串会按 JSON 输出并带上引号",
                ),
                "https://fastapi.tiangolo.com/advanced/custom-response/",
            ),
            "KF201": Recipe(
                Text(
                    'return PlainTextResponse("success"): a str that is returned is written as JSON, with quotes',
                    'return PlainTextResponse("success")：直接返回字符串会按 JSON 输出并带上引号',
                ),
                "https://fastapi.tiangolo.com/advanced/custom-response/",
            ),
            "KF208": Recipe(
                Text(
                    'return PlainTextResponse("success"): a function without return is answered with null',
                    'return PlainTextResponse("success")：函数没有 return 时会返回 null',
                ),
                "https://fastapi.tiangolo.com/advanced/custom-response/",
            ),
            "KF211": Recipe(
                Text(
                    'return Response(xml, media_type="application/xml"): a str that is returned is written as JSON',
                    'return Response(xml, media_type="application/xml")：直接返回字符串会按 JSON 输出',
                ),
                "https://fastapi.tiangolo.com/advanced/custom-response/",
            ),
        },
    ),
    Sdk(
        "django",
        "Django",
        (),
        {
            "KF001": Recipe(
                Text(
                    "403: put @csrf_exempt on the view; WeChat has no CSRF token",
                    "403：在视图上加 @csrf_exempt；微信没有 CSRF token",
                ),
                "https://docs.djangoproject.com/en/stable/ref/csrf/",
            ),
            "KF002": Recipe(
                Text(
                    "configure the URL with its slash at the end; APPEND_SLASH redirects, and a redirected POST loses "
                    "its body",
                    "后台配置的 URL 末尾要带斜杠；APPEND_SLASH 会重定向，POST 的正文会丢失",
                ),
                "https://docs.djangoproject.com/en/stable/ref/settings/#append-slash",
            ),
            "KF201": Recipe(
                Text(
                    'return HttpResponse("success"), not JsonResponse',
                    '返回 HttpResponse("success")，不要用 JsonResponse',
                ),
                "https://docs.djangoproject.com/en/stable/ref/request-response/",
            ),
            "KF211": Recipe(
                Text(
                    'return HttpResponse(xml, content_type="application/xml"); mark_safe keeps a template from '
                    "escaping it",
                    '返回 HttpResponse(xml, content_type="application/xml")；模板中用 mark_safe 避免转义',
                ),
                "https://docs.djangoproject.com/en/stable/ref/request-response/",
            ),
        },
    ),
)
