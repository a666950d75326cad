/* The page's style and its little script. Nothing comes from elsewhere. */
#include <string.h>

#include "web/tenant.h"

const char asset_style[] =
    ":root{--ink:#1b2430;--soft:#556172;--line:#d5dbe3;--back:#f4f6f9;--card:#fff;--main:#0b57d0;"
    "--on-main:#fff;--good:#11652f;--good-b:#e3f4e8;--warn:#7a4b00;--warn-b:#fdf1d9;--bad:#a31515;"
    "--bad-b:#fde8e8;--info-b:#e7effc;color-scheme:light dark}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#a5b0be;--line:#3a4454;"
    "--back:#12161d;--card:#1b212b;--main:#8ab4f8;--on-main:#0b1526;--good:#8fdba6;--good-b:#"
    "14301e;"
    "--warn:#f3c877;--warn-b:#35290f;--bad:#ff9d97;--bad-b:#3d1716;--info-b:#1a2a45}}\n"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"
    "\"Segoe UI\",Roboto,\"Liberation Sans\",sans-serif}\n"
    "a{color:var(--main)}h1{font-size:1.35rem;margin:0 0 .8rem}h2{font-size:1.1rem;margin:1.2rem 0"
    " .4rem}h2:first-child{margin-top:0}h3{font-size:1rem;margin:0 0 .2rem}p{margin:.4rem "
    "0}code{font-size:.85em;"
    "overflow-wrap:break-word}\n"
    ".small{font-size:.87rem;color:var(--soft)}\n"
    ".skip{position:absolute;left:-999px}.skip:focus{left:.5rem;top:.5rem;background:var(--card);"
    "padding:.5rem;z-index:9}\n"
    "header{display:flex;justify-content:space-between;align-items:center;gap:1rem;"
    "padding:.5rem 1.2rem;background:var(--card);border-bottom:1px solid var(--line)}"
    "header form{display:flex;align-items:center;gap:.7rem}\n"
    ".frame{display:flex;align-items:flex-start;gap:1.2rem;max-width:76rem;margin:0 auto;"
    "padding:1.2rem}main{flex:1;min-width:0}main:focus{outline:none}\n"
    ".alone{max-width:28rem;margin:8vh auto;padding:0 1rem}\n"
    "nav{width:15.5rem;flex:none}nav ul{list-style:none;margin:0;padding:0}nav ul ul{"
    "padding-left:1.75rem}\n"
    "nav a,nav summary{display:flex;align-items:center;gap:.5rem;padding:.5rem .7rem;"
    "border-radius:.4rem;color:inherit;text-decoration:none;min-height:2.75rem}"
    "nav summary{cursor:pointer;list-style:none;font-weight:600}"
    "nav summary::-webkit-details-marker{display:none}"
    "nav a:hover,nav summary:hover{background:var(--info-b)}"
    "nav a[aria-current]{background:var(--info-b);font-weight:600;"
    "box-shadow:inset 3px 0 var(--main)}.cog{flex:none}\n"
    ".window,.dialog{background:var(--card);border:1px solid var(--line);border-radius:.6rem;"
    "padding:1.2rem 1.4rem;margin:0 0 1.2rem}\n"
    ".field{margin:0 0 1.2rem}.field>label,.field>.label{display:block;font-weight:600;"
    "margin-bottom:.25rem}\n"
    "input:not([type=hidden]):not([type=checkbox]),select{width:100%;max-width:32rem;font:inherit;"
    "color:inherit;"
    "background:var(--card);border:1px solid var(--soft);border-radius:.4rem;padding:.5rem .65rem;"
    "min-height:2.75rem}select{max-width:10rem;display:block}"
    ".field.wrong input:not([type=hidden]):not([type=checkbox]){border:2px solid var(--bad)}\n"
    ".error{color:var(--bad);font-weight:600}.warning{color:var(--warn)}\n"
    "p.error,p.warning{overflow-wrap:anywhere}\n"
    "button{font:inherit;min-height:2.75rem;padding:.45rem 1.1rem;border-radius:.4rem;"
    "border:1px solid var(--main);background:var(--card);color:var(--main);cursor:pointer}"
    "button.main{background:var(--main);color:var(--on-main);font-weight:600}"
    "button.plain{border-color:var(--line);color:var(--ink)}"
    "header button{min-height:2.25rem;padding:.2rem .8rem}\n"
    ":focus-visible{outline:3px solid var(--main);outline-offset:2px}\n"
    ".buttons,.beside{display:flex;flex-wrap:wrap;align-items:center;gap:.7rem}"
    ".buttons{margin-top:1rem}\n"
    ".unseen{position:absolute;width:1px;height:1px;min-height:0;padding:0;overflow:hidden;"
    "clip-path:inset(50%);border:0}\n"
    ".status{display:inline-block;padding:.15rem .65rem;border-radius:1rem;font-weight:600;"
    "overflow-wrap:anywhere}.status.good{background:var(--good-b);color:var(--good)}"
    ".status.warn{background:var(--warn-b);color:var(--warn)}"
    ".status.bad{background:var(--bad-b);color:var(--bad)}"
    ".status.none{background:var(--back);color:var(--soft)}\n"
    ".notice{padding:.6rem .9rem;border-radius:.4rem;margin:0 0 1rem;overflow-wrap:anywhere}"
    ".notice.good{background:var(--good-b)}"
    ".notice.info{background:var(--info-b)}.notice.warn{background:var(--warn-b)}"
    ".notice.bad{background:var(--bad-b)}\n"
    ".reason,.finding{border-left:4px solid var(--warn);padding:.2rem 0 .2rem .9rem;"
    "margin:.8rem 0;overflow-wrap:anywhere}.finding.bad,.finding.bad "
    ".steps{border-color:var(--bad)}"
    ".finding.info{border-color:var(--main)}.reason code,.notice code{font-size:.75rem}\n"
    ".steps{margin:.3rem 0;padding-left:1.4rem}.help{margin:.35rem 0;font-size:.9rem;"
    "color:var(--soft)}.help summary{cursor:pointer;width:max-content;max-width:100%}"
    ".help p{max-width:42rem}\n"
    "table{border-collapse:collapse;width:100%;margin:.6rem 0}th,td{text-align:left;"
    "vertical-align:top;padding:.5rem .6rem;border-bottom:1px solid var(--line);"
    "overflow-wrap:break-word}td .status{white-space:nowrap}th .small{font-weight:400}thead "
    "th{font-size:.85rem;color:var(--soft)}tbody th{font-weight:500}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--soft)}"
    "dd{margin:0}\n"
    "progress{width:100%;max-width:32rem;height:1rem}\n"
    ".timeline{padding-left:1.4rem}.timeline li{margin:0 0 1rem}.bar{display:block;width:100%;"
    "height:.6rem;margin:.3rem 0}.track{fill:var(--line)}.part{fill:var(--main)}"
    "audio{max-width:100%;vertical-align:middle}\n"
    ".veil{position:fixed;inset:0;background:rgba(10,15,25,.55);display:flex;overflow:auto;"
    "padding:1rem}.dialog{margin:auto;max-width:44rem;width:100%;max-height:100%;overflow:auto}"
    ".dialog h2{margin-top:0}\n"
    "@media(max-width:48rem){.frame{flex-direction:column;gap:.8rem;padding:.8rem}nav{width:100%}"
    "nav>ul{display:flex;flex-wrap:wrap;gap:.2rem}nav .group{width:100%}nav ul "
    "ul{padding-left:1rem}"
    "nav>ul>li:not(.group) a{padding:.4rem .6rem}main{width:100%}.window{padding:1rem}"
    "header{padding:.5rem .8rem}"
    "table.stack thead{display:none}table.stack tr{display:block;padding:.5rem 0;"
    "border-bottom:1px solid var(--line)}table.stack th,table.stack td{display:block;border:0;"
    "padding:.1rem 0}table.stack td:not(:empty)::before{content:attr(data-label) \": \";"
    "color:var(--soft);font-size:.87rem}table.stack tbody th{font-weight:600}"
    "table.calls td{display:inline;padding:0 .3rem 0 0}table.calls "
    "td:not(:empty)::before{content:none}"
    "table.calls td.to::before{content:\"\\2192\\00a0\"!important}"
    "table.calls td.way::before{content:\"\\A\"!important;white-space:pre}}\n";

/* Only this: the browser asks before it leaves a form with unsaved entries. */
const char asset_script[] =
    "'use strict';\n"
    "(function () {\n"
    "  var form = document.getElementById('platform');\n"
    "  if (!form || form.closest('[inert]')) return;\n"
    "  var isLeaving = false;\n"
    "  function isChanged() {\n"
    "    if (form.hasAttribute('data-unsaved')) return true;\n"
    "    return Array.prototype.some.call(form.elements, function (e) {\n"
    "      if (e.tagName === 'SELECT') return !e.options[e.selectedIndex].defaultSelected;\n"
    "      return e.type === 'text' && e.value !== e.defaultValue;\n"
    "    });\n"
    "  }\n"
    "  form.addEventListener('submit', function () { isLeaving = true; });\n"
    "  window.addEventListener('pageshow', function () { isLeaving = false; });\n"
    "  window.addEventListener('beforeunload', function (event) {\n"
    "    if (isLeaving || !isChanged()) return;\n"
    "    event.preventDefault();\n"
    "    event.returnValue = '';\n"
    "  });\n"
    "})();\n";

static const char asset_icon[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" "
    "height=\"32\" rx=\"7\" fill=\"#0b57d0\"/><path fill=\"#fff\" d=\"M7 8h18v4h-7v13h-4V12H7z\"/>"
    "</svg>\n";

bool asset_serve(const struct request *request, struct reply *reply)
{
    static const struct {
        const char *path, *type, *text;
    } assets[] = {
        {"/style.css", "text/css; charset=utf-8", asset_style},
        {"/icon.svg", "image/svg+xml", asset_icon},
        {"/page.js", "text/javascript; charset=utf-8", asset_script},
    };
    for (size_t i = 0; i < sizeof(assets) / sizeof(*assets); i++) {
        if (strcmp(assets[i].path, request->path) != 0)
            continue;
        reply->type = assets[i].type;
        reply->is_cacheable = true;
        sb_add(&reply->body, assets[i].text);
        return true;
    }
    return false;
}
