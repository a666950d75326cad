"""Fills a target's corpus: one file per input, named by its content.

usage: seed.py TARGET FOLDER
"""
import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
V1 = "/restapi/v1.0"
SEEDS = {
    "api": [
        f"POST /restapi/oauth/token\nAuthorization: Basic YTpi\n{FORM}\n\ngrant_type=password&username=a&password=b",
        f"POST /restapi/oauth/token\n{FORM}\n\ngrant_type=refresh_token&refresh_token=x&client_id=y",
        "GET /restapi/oauth/authorize?response_type=code&client_id=x&redirect_uri=http://a&state=s",
        f"POST /restapi/oauth/revoke\n{FORM}\n\ntoken=x",
        "GET /.well-known/openid-configuration\n\n",
        "GET /restapi/oauth/userinfo\nAuthorization: super\n\n",
        *(f"GET {V1}{path}\nAuthorization: super\n\n" for path in (
            "/account/~", "/account/~/extension?status=Enabled&type=User&page=2&perPage=3",
            "/account/~/extension/~", "/account/~/phone-number", "/account/~/device",
            "/account/~/extension/~/authz-profile/check?permissionId=X", "/account/~/service-info",
            "/account/~/call-log?view=Detailed&dateFrom=2026-01-01&perPage=max&direction=Inbound",
            "/account/~/extension/~/call-log?withRecording=true&phoneNumber=16505550100",
            "/account/~/recording/1/content", "/dictionary/country/1", "/status",
        )),
        f'POST {V1}/client-info/sip-provision\nAuthorization: super\n{JSON}\n\n'
        '{"sipInfo":[{"transport":"WSS"}],"device":{"id":"1"}}',
        *(f"POST /__admin/{verb}\n{JSON}\n\n{body}" for verb, body in (
            ("advance", '{"by":"61m"}'), ("rotate-password", '{"user":"superadmin"}'),
            ("fault", '{"match":{"layer":"rest"},"kind":"answer","status":503}'),
            ("set-role", '{"user":"superadmin","role":"Standard"}'),
            ("move-proxy", '{"proxy":"a"}'), ("set", '{"oauth.mfa":"true"}'),
        )),
        "GET /__admin/journal?op=oauth.token&last=5&format=jsonl\n\n",
        "GET /__admin/world\n\n",
    ],
    "client_page": [
        '<form method="post" action="/oauth/login"><input type=hidden name=a value="b&amp;c">'
        '<input name=user><input type="password" name=p><button name=go value=1>Next</button></form>'
        '<div role="alert" data-code="OAU-147">Locked</div>',
        "<!-- <form> --><script>'<form>'</script><select name=s><option value=1 selected>x</select>",
        "<form><input type=checkbox name=c checked><input type=submit formaction=/x value=Deny>",
    ],
    "client_calllog": [
        '{"records":[{"id":"a","startTime":"2026-01-05T09:00:00.000Z","duration":7,"deleted":true,'
        '"recording":{"id":"1","contentUri":"http://h/restapi/x"},"legs":[{"x":[1,2]}]},{}],'
        '"navigation":{"nextPage":{"uri":"http://h/restapi/v1.0/x?page=2"}},"syncInfo":{"syncToken":"t"}}',
    ],
    "client_slice": [
        '{"records":[{"id":"a","startTime":"2026-01-05T09:00:00.000Z","legs":[{"x":[1,2]}]},{}],'
        '"navigation":{"nextPage":{"uri":"http://h/restapi/v1.0/x?page=2"}}}',
        '[{"a":"\\u00e9\\"\\\\"},true,false,null,-1.5e+3]',
    ],
    "client_values": [
        "sip10.ringcentral.com:5090", "[::1]:5060", "127.0.0.1", "sip.ringcentral.com:5060,other",
        'realm="d.test", nonce="N1", algorithm=SHA-256, qop="auth,auth-int", stale=true',
        "http://127.0.0.1:8765/callback?code=abc&state=x%20y&expires_in=60#error=access_denied",
    ],
    "gateway": [
        '[{"type":"Heartbeat","messageId":"h"}]\n[{"type":"Hello","messageId":"h"}]\nnonsense',
        f'[{{"type":"ClientRequest","messageId":"m","method":"GET","path":"{V1}/account/~/extension",'
        '"query":{"perPage":2,"type":["User"]},"headers":{"Accept-Language":"en"}}]',
        f'[{{"type":"ClientRequest","messageId":"m","method":"POST","path":"{V1}/subscription/"}},'
        f'{{"eventFilters":["{V1}/account/~/presence"],"deliveryMode":{{"transportType":"WebSocket"}}}}]',
        f'[{{"type":"ClientRequest","messageId":"m","method":"PUT","path":"https://a{V1}/account/~/extension/~'
        '/presence?x=1"},{"userStatus":"Busy"}]',
    ],
    "json": [
        '{"a": [1, 2.5e3, true, null, "\\u00e9\\n"], "b": {"c": ""}}',
        '{"sipInfo":[{"transport":"WSS"}]}',
        '{"eventFilters":["/restapi/v1.0/account/~/presence"],"deliveryMode":{"transportType":'
        '"WebHook","address":"http://127.0.0.1:1/hook"},"expiresIn":3600}',
        '"\\ud83d\\ude00"',
        "-0.0e-1",
    ],
    "match": [
        "{op: oauth.token, status: 400, code: [OAU-213, OAU-210], fault: ~}",
        '{op: sip.register, status: ">=500", path: "*call-log*", code: "!CMN-301"}',
        "match: {layer: rest}\nkind: answer\nstatus: 503\ncode: CMN-201\nretry_after: 30s\ntimes: 2\n",
        "match: {layer: sip}\nkind: delay\ndelay: 200ms\nfrom: 10m\nuntil: 20m\nname: slow\n",
    ],
    "multipart": [
        'multipart/form-data; boundary="a b"\npreamble\r\n--a b\r\nContent-Disposition: form-data; name="json"; '
        'filename=\\"x\r\nContent-Type: application/json\r\n\r\n{}\r\n--a b \r\n\r\n--a b\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nSGVs\r\nbG8=\r\n--a b--\r\n",
        "multipart/mixed;boundary=b\n--b--",
    ],
    "openapi": [
        "openapi: 3.0.3\npaths:\n  /a/{b}:\n    get:\n      parameters: [{name: b, in: path, schema: "
        "{type: integer}}]\n      responses: {'200': {content: {application/json: {schema: {$ref: "
        "'#/components/schemas/T'}}}}}\ncomponents:\n  schemas:\n    T:\n      allOf: [{$ref: "
        "'#/components/schemas/U'}]\n      type: object\n      properties: {id: {type: string}, t: {$ref: "
        "'#/components/schemas/T'}, l: {type: array, items: {$ref: '#/components/schemas/U'}}}\n"
        "    U: {oneOf: [{type: object, required: [a], properties: {a: {type: string, pattern: "
        "'^[A-C]{2}\\d{3,5}$'}}}, {type: object, properties: {b: {enum: [1, 2]}}}]}\n",
        '{"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {"200": {"content": {"image/*": '
        '{}}}}}}}, "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}',
    ],
    "params": [
        "grant_type=authorization_code&code=abc&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&client_id=x",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c",
        "dateFrom=2026-01-02T03:04:05.006Z&view=Detailed&type=Voice&type=Fax&perPage=100&page=2",
        "a=%C3%A9+b&&=x&c",
        "dXNlcjpwYXNz",
    ],
    "sdp_web": [
        "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 110\r\na=rtpmap:111 opus/48000/2\r\n"
        "a=rtpmap:110 telephone-event/48000\r\na=ice-ufrag:u1\r\na=ice-pwd:p1\r\n"
        f"a=fingerprint:sha-256 {':'.join(['aB'] * 32)}\r\na=setup:actpass\r\na=mid:0\r\na=sendonly\r\n",
    ],
    # a check as it comes, and attributes that the target signs
    "stun": [
        b"\0\1\0\x10\x21\x12\xa4\x42transactions\0\x06\0\x06ours:x\0\0\0\x25\0\0",
        b"\0\x06\0\x06ours:x\0\0\0\x25\0\0\x80\x2a\0\x0812345678",
        b"\0\x06\0\x06ours:x\0\0\x7a\xbc\0\0\x80\x29\0\x0812345678",
        b"\0\x20\0\x08\0\1\0\0\0\0\0\0\0\x09\0\x04\0\0\4\x14",
    ],
    "agent": [
        '<Msg><Hdr SID="900000000001" Req="{G}" From="1*101" To="#880001@d:5060" Cmd="10"/>'
        '<Bdy Cln="700" FwdDly="0" Phn="+12025550123" PhnTp="3"/></Msg>',
        "<Msg> <Hdr a='&lt;&amp;'></Hdr><Bdy/></Msg>",
    ],
    "refer": [
        "sip:12025550123@sip.ringcentral.com",
        "sip:102@d;transport=wss?Replaces=c-1%40h%3Bto-tag%3Dt%3Bfrom-tag%3Df",
    ],
    "http": [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET", "PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: x\r\n\r\n", "GET / HTTP/1.1\n\n",
        "HEAD / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
    ],
    "client_dns": [
        b"\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0\x01p\x04test\0\0\x01\0\x01\xc0\x0c\0\x05\0\x01\0\0\0\x05\0\x04\x01q\xc0\x0e"
        b"\xc0\x23\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01",
        b"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01p\x04test\0\0\x21\0\x01\xc0\x0c\0\x21\0\x01\0\0\0\x3c\0\x0a"
        b"\0\x0a\0\x05\x13\xe2\x01z\xc0\x0e",
        b"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01p\x04test\0\0\x23\0\x01\xc0\x0c\0\x23\0\x01\0\0\0\x3c\0\x16"
        b"\0\x0a\0\x14\x01s\x07SIP+D2U\0\x04_udp\xc0\x0e",
        b"\x12\x34\x81\x83\0\x01\0\0\0\0\0\0\x01p\x04test\0\0\x01\0\x01",
    ],
    "dns": [
        b"\0\7\1\0\0\1\0\0\0\0\0\0\x05sip10\x0bringcentral\x03com\0\0\x01\0\x01",
        b"\0\7\1\0\0\1\0\0\0\0\0\1\x04_sip\x04_udp\x01.\0\0\x21\0\xff\0\0\x29\x10\0\0\0\0\0\0\0",
        b"\0\7\x28\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1",
        "_sip._udp.sip.ringcentral.com.",
    ],
    "rtp": [
        # flags, then half the length and the packet: audio, a digit, what is none
        bytes([flags]) + b"".join(bytes([(len(p) + 1) // 2]) + p + b"\0" * (len(p) % 2) for p in (
            b"\x80\x00\x00\x01" + b"\0" * 8 + b"\xff" * 160, b"\x80\xe5\x00\x02" + b"\0" * 8 + b"\x05\x06\0\0",
            b"\x91\x00\x00\x03" + b"\0" * 12 + b"\xbe\xde\0\0x", b"\xa0\x00\x00\x04" + b"\0" * 8 + b"ab\0\x04",
            b"hello", b"\x80\xc8\x00\x06" + b"\0" * 24,
        )) for flags in range(8)
    ],
    "sdp": [
        f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 {rest}"
        for rest in (
            "RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n",
            "RTP/SAVP 109 101\r\na=rtpmap:109 OPUS/16000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd|2^20\r\n",
            "RTP/AVP 111 9 18\r\na=rtpmap:111 opus/48000/2\r\nm=video 5000 RTP/AVP 96\r\nc=IN IP6 ::1\r\n",
        )
    ],
    "wav": [
        b"RIFF....WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x04\0\0\0\x01\0\xfe\xff",
        b"RIFF....WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\xff\xff\xff\xff\x01",
    ],
    "sip": [
        f"{method} sip:sip.ringcentral.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1;rport\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:16505550101@sip.ringcentral.com>;tag=1\r\n"
        f"To: <sip:16505550101@sip.ringcentral.com>\r\nCall-ID: c\r\nCSeq: 1 {method}\r\n{more}"
        "Content-Length: 0\r\n\r\n"
        for method, more in (
            ("OPTIONS", ""), ("BYE", ""), ("REGISTER", ""),
            ("REGISTER", "Contact: <sip:a@127.0.0.1:9;ob>;reg-id=1;expires=60;"
             '+sip.instance="<urn:uuid:1>"\r\nExpires: 300\r\n'),
            ("REGISTER", "Contact: *\r\nExpires: 0\r\n"),
            ("REGISTER", 'Authorization: Digest username="800110100000", realm="sip.ringcentral.com",'
             ' nonce="N", uri="sip:sip.ringcentral.com", response="00000000000000000000000000000000",'
             ' algorithm=MD5, qop=auth, nc=00000001, cnonce="c"\r\nContact: <sip:a@b>\r\n'),
            ("REGISTER", "Require: outbound\r\nSupported: path, gruu\r\nUser-Agent: x\r\n"),
        )
    ],
    "sip_hop": [
        f"{kind}{cut}{text}"
        for kind, cut in (("\x00", "\x20"), ("\x01", "\x00"), ("\x02", "\x00"))
        for text in (
            "\r\n\r\nOPTIONS sip:a SIP/2.0\r\nv: SIP/2.0/TLS a;rport;branch=z9hG4bK1, SIP/2.0/UDP b\r\n"
            "Call-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 2\r\n\r\nabSIP/2.0 200 OK\r\nVia: x\r\n\r\n",
            'SIP/2.0 183 Ring\r\nVia: SIP / 2.0 / TCP h;x=",;\\""\r\nVia: SIP/2.0/WSS b\r\nS: a\r\n b\r\n'
            "l: 1\r\n\r\nx",
            "INVITE sip:a SIP/2.0\nVia: SIP/2.0/WSS a;received=b\n\nbody",
        )
    ],
    "text": [
        "2026-01-02T03:04:05.006Z", "2026-01-02T03:04:05+05:30", "2026-01-02", "2h30m", "1.5h",
        "250ms", "7d", "-9223372036854775808", "true", "sip*.ring?entral.comsip10.ringcentral.com",
        "rotate-pasword",
    ],
    "ws": [
        b"\x3fGET /ws?access_token=a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: sip\r\n\r\n",
        b"\x00\x81\x82\0\0\0\0hi\x01\x81\0\0\0\0a\x89\x80\0\0\0\0\x80\x81\1\2\3\4b",
        b"\x0f\x82\xfe\x00\x7e\0\0\0\0" + b"x" * 126 + b"\x88\x85\0\0\0\0\x03\xe8bye",
        b"\x0f\x81\x83\0\0\0\0\xe2\x82\xac\x8a\x80\0\0\0\0",
    ],
    "record": [
        '{"seq":1,"time":"2026-01-05T09:00:00.000Z","layer":"control","op":"rotate-password","user":"a","result":"done"}\n'
        '{"seq":2,"time":"2026-01-05T10:01:00.000Z","layer":"oauth","op":"oauth.token","status":400,"code":"OAU-213",'
        '"grant_type":"refresh_token","user":"a","reason":"password-changed","cause":1}\n',
        '{"seq":7,"time":"2026-01-05T09:00:00.000Z","layer":"control","op":"stop-proxy","proxy":"a"}\n\n'
        '{"seq":9,"time":"2026-01-05T09:00:01.000Z","layer":"sip","op":"sip.register","status":200,"proxy":"a"}',
        '{"seq":1,"time":"2026-01-05T09:00:00.000Z","layer":"rest","op":"createSubscription","status":200,'
        '"subscription":"x","expires":1}\n{"seq":2,"time":"2026-01-06T09:00:00.000Z","layer":"world","op":"x","cause":2}',
    ],
    "yaml": [
        "scenario: a\nfixture: acme-rc\nsteps:\n  - connect: { domain: x, proxy: \"${proxy.a}\" }\n",
        "a: |\n  text\nb: >\n  folded\nc: 'it''s'\nd: \"\\u00e9\"\n",
        "- [1, {a: b}]\n- ~\n- !!str 1\n- &a b\n- *a\n",
        '{"json": [true, 1.5, null]}',
        "a: 1\na: 2\n",
        "---\na\n---\nb\n",
    ],
}
# Files of the tree that are inputs of a target.
TREE = {"yaml": ("fixtures/**/*.yaml", "scenarios/*.yaml"), "json": ("fixtures/**/*.json",)}


def main():
    target, folder = sys.argv[1], Path(sys.argv[2])
    inputs = [seed.encode() if isinstance(seed, str) else seed for seed in SEEDS.get(target, [])]
    for pattern in TREE.get(target, ()):
        inputs += [path.read_bytes()[:8192] for path in ROOT.glob(pattern)]
    for data in inputs:
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


main()
