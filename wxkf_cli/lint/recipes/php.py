"""Recipes for what PHP SDKs and frameworks do."""

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.vocab.terms import Text

SDKS = (
    Sdk(
        "easywechat",
        "EasyWeChat",
        ("overtrue/wechat", "w7corp/easywechat"),
        {
            "KF101": Recipe(
                Text(
                    "no output before it: a newline behind a closing ?> is enough; save files without BOM",
                    "之前不要有任何输出：?> 后面的一个换行就够了；文件保存为不带 BOM",
                ),
                "https://github.com/w7corp/easywechat/issues/1297",
            ),
            "KF203": Recipe(
                Text(
                    "its server answers XML always: choose XML as the data format in the console",
                    "它的服务端总是返回 XML：请在后台将数据格式选为 XML",
                ),
                "https://github.com/w7corp/easywechat/issues/2965",
            ),
            "KF214": Recipe(
                Text(
                    "return the result of serve(); a bare echo of the reply object sends nothing",
                    "要返回 serve() 的结果；直接 echo 回复对象不会发出内容",
                ),
                "https://github.com/EasyWeChat/docs/pull/77",
            ),
            "KF301": Recipe(
                Text(
                    "the exchanged pair is right: ToUserName is the user; leave it to the SDK",
                    "两个地址对调是正确的：ToUserName 是用户；交给 SDK 处理即可",
                ),
                "https://github.com/w7corp/easywechat/issues/484",
            ),
            "KF304": Recipe(
                Text(
                    "return ['MsgType' => 'transfer_customer_service']; a bare Message of type transfer is not it",
                    "return ['MsgType' => 'transfer_customer_service']；类型为 transfer 的 Message 不对",
                ),
                "https://github.com/w7corp/easywechat/issues/374",
            ),
            "KF321": Recipe(
                Text("give the bare value: the SDK writes CDATA itself", "只给出值本身：CDATA 由 SDK 添加"),
                "https://github.com/w7corp/easywechat/issues/484",
            ),
            "KF404": Recipe(
                Text(
                    "do not return a text from the mini program's server; send it by custom/send",
                    "不要从小程序的 server 返回文本；用 custom/send 接口发送",
                ),
                "https://github.com/w7corp/easywechat/issues/1377",
            ),
            "KF502": Recipe(
                Text(
                    "it seals whenever aes_key is set: leave aes_key out while the console says plaintext",
                    "只要设置了 aes_key 就会加密：后台为明文模式时请去掉 aes_key",
                ),
                "https://github.com/w7corp/easywechat",
            ),
            "KF504": Recipe(
                Text(
                    "its JSON envelope has small letters: choose XML in the console, or rename the four keys",
                    "它的 JSON 信封用小写字段名：请在后台选择 XML，或改写四个字段名",
                ),
                "https://github.com/w7corp/easywechat",
            ),
            "KF505": Recipe(
                Text(
                    "its envelope is XML always: choose XML as the data format in the console",
                    "它的信封总是 XML：请在后台将数据格式选为 XML",
                ),
                "https://github.com/w7corp/easywechat/issues/2965",
            ),
            "KF704": Recipe(
                Text(
                    "refuse a body without Encrypt before it reaches the server of the SDK",
                    "在交给 SDK 之前拒绝没有 Encrypt 的正文",
                ),
                "https://github.com/w7corp/easywechat/pull/1525",
            ),
        },
    ),
    Sdk(
        "zoujingli",
        "zoujingli/WeChatDeveloper",
        ("wechatdeveloper",),
        {
            "KF203": Recipe(
                Text(
                    "its push class takes XML only: choose XML as the data format in the console",
                    "它的推送类只支持 XML：请在后台将数据格式选为 XML",
                ),
                "https://github.com/zoujingli/WeChatDeveloper/issues/93",
            ),
        },
    ),
    Sdk(
        "laravel",
        "Laravel",
        (),
        {
            "KF001": Recipe(
                Text(
                    "419: leave the route out of the CSRF check (validateCsrfTokens(except: [...])), or put it into "
                    "routes/api.php",
                    "419：将该路由排除在 CSRF 校验之外（validateCsrfTokens(except: [...])），或放到 routes/api.php",
                ),
                "https://laravel.com/docs/csrf",
            ),
            "KF201": Recipe(
                Text(
                    "return response('success')->header('Content-Type', 'text/plain'); response()->json puts quotes "
                    "around it",
                    "return response('success')->header('Content-Type', 'text/plain')；response()->json 会加上引号",
                ),
                "https://laravel.com/docs/responses",
            ),
        },
    ),
    Sdk(
        "php",
        "plain PHP",
        (),
        {
            "KF101": Recipe(
                Text(
                    "ob_clean(); exit($_GET['echostr']); no newline behind a closing ?>, no BOM in any file",
                    "ob_clean(); exit($_GET['echostr']); ?> 之后不要有换行，任何文件都不要带 BOM",
                ),
                "https://github.com/dodgepudding/wechat-php-sdk/issues/346",
            ),
            "KF204": Recipe(
                Text(
                    "leave out the closing ?> and what stands behind it; exit('success') instead of a line that ends "
                    "with \\n",
                    "去掉结尾的 ?> 及其后的内容；用 exit('success')，不要输出 \\n",
                ),
                "https://github.com/dodgepudding/wechat-php-sdk/issues/346",
            ),
            "KF206": Recipe(
                Text(
                    "save every included file as UTF-8 without BOM; ob_clean() before the answer",
                    "所有被包含的文件都保存为不带 BOM 的 UTF-8；应答前调用 ob_clean()",
                ),
                "https://github.com/dodgepudding/wechat-php-sdk/issues/346",
            ),
            "KF210": Recipe(
                Text(
                    "ini_set('display_errors', '0'), errors into the log; ob_clean() before the answer",
                    "ini_set('display_errors', '0')，错误写入日志；应答前调用 ob_clean()",
                ),
                "https://www.php.net/manual/en/errorfunc.configuration.php",
            ),
            "KF209": Recipe(
                Text(
                    "ini_set('display_errors', '0'), errors into the log; answer success from set_exception_handler",
                    "ini_set('display_errors', '0')，错误写入日志；在 set_exception_handler 中返回 success",
                ),
                "https://www.php.net/manual/en/errorfunc.configuration.php",
            ),
        },
    ),
)
