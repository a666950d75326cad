/*
 * The torture messages: for each one that RFC 4475 describes a message of our own with the same
 * idea, and what a proxy of this platform, which answers everything itself, has to say to it. Which
 * transport carries them is the test's affair: torture_fill writes a row for one.
 *
 * In the texts {T} stands for the Via's transport, {P} for the client's port, {N} for a number of
 * the test's (no two messages may be taken for one another), {L} for the length of the body.
 */
#ifndef MOCKRC_TESTS_SIP_TORTURE_H
#define MOCKRC_TESTS_SIP_TORTURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "support/sip_world.h"

#include <stdio.h>
#include <string.h>

enum { TORTURE_SILENCE = 0, TORTURE_SAME = -1 };

struct torture {
    const char *name; /* the RFC's */
    const char *idea;
    const char *text;
    int want, want_stream; /* a status, TORTURE_SILENCE; over streams TORTURE_SAME or another */
};

#define T_AOR SIP_WORLD_AOR
#define T_VIA "Via: SIP/2.0/{T} 127.0.0.1:{P};branch=z9hG4bK-t{N};rport\r\n"
#define T_IDS                                                                                      \
    "From: <sip:" T_AOR "@d.test>;tag=f{N}\r\nTo: <sip:" T_AOR "@d.test>\r\nCall-ID: t{N}\r\n"
#define T_HEAD    T_VIA "Max-Forwards: 70\r\n" T_IDS
#define T_CONTACT "Contact: <sip:1@127.0.0.1:{P}>\r\n"
#define T_EMPTY   "Content-Length: 0\r\n\r\n"
#define T_SDP                                                                                      \
    "Content-Type: application/sdp\r\nContent-Length: {L}\r\n\r\n"                                 \
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"                    \
    "m=audio 49217 RTP/AVP 0 12\r\na=rtpmap:31 LPC\r\n"
#define T_LINE(method) method " sip:12025559999@d.test SIP/2.0\r\n"
#define T_CSEQ(method) "CSeq: 1 " method "\r\n"
#define T_LONG_16      "averylongpartofit"
#define T_LONG_128     T_LONG_16 T_LONG_16 T_LONG_16 T_LONG_16 T_LONG_16 T_LONG_16 T_LONG_16 T_LONG_16

/* The phone of T_AOR is registered: its good INVITE is asked for credentials (407), its good
 * REGISTER too (401). */
static const struct torture torture_rows[] = {
    /* 3.1.1: valid, if only just */
    {"wsinv", "short names, folding, blanks and odd capitals in every place that allows them",
     "INVITE sip:vivekg@d.test;unknownparam SIP/2.0\r\n"
     "vIa  : SIP  / 2.0\r\n /{T}\r\n  127.0.0.1:{P} ; branch  =\r\n   z9hG4bK-t{N};rport\r\n"
     "TO :\r\n sip:vivekg@d.test ;   other = 12\r\n"
     "from   : \"J Rosenberg \\\\\\\"\"       <sip:" T_AOR "@d.test>\r\n  ;\r\n  tag = 98{N}\r\n"
     "Max-fOrWaRdS: 0068\r\nCall-ID: wsinv.{N}\r\n"
     "cseq: 0009\r\n  INVITE\r\nSubject:\r\n"
     "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
     "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
     "Content-Type: application/sdp\r\nv:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n"
     "  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n"
     " z9hG4bK30239\r\nm:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n"
     "      newvalue ;\r\n  secondparam ; q = 0.33\r\nl: {L}\r\n\r\n"
     "v=0\r\no=- 1 1 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\n"
     "m=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n",
     407, TORTURE_SAME},
    {"intmeth",
     "every character a method, a user and a header's name may have: the library drops it",
     "!interesting-Method0123456789_*+`.%indeed'~ "
     "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-"
     "it)@d.test SIP/2.0\r\n" T_HEAD
     "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~\r\n"
     "extensionHeader-!.%*+_`'~: \xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb\r\n" T_EMPTY,
     TORTURE_SILENCE, TORTURE_SAME},
    {"esc01", "escaped characters that must stay escaped",
     "INVITE sip:sips%3Auser%40example.com@d.test SIP/2.0\r\n" T_VIA "Max-Forwards: 87\r\n"
     "To: sip:%75se%72@example.com\r\n"
     "From: <sip:" T_AOR "@d.test>;tag=f{N}\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "INVITE") "C: application/sdp\r\n"
                   "Contact:\r\n <sip:cal%6Cer@127.0.0.1:{P};%6C%72;n%61me=v%61lue%25%34%31>\r\n"
                   "Content-Length: 0\r\n\r\n",
     407, TORTURE_SAME},
    {"escnull", "escaped NULs in users",
     "REGISTER sip:d.test SIP/2.0\r\n" T_VIA
     "To: sip:null-%00-null@d.test\r\nFrom: sip:null-%00-null@d.test;tag=f{N}\r\n"
     "Max-Forwards: 70\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "REGISTER") "Contact: <sip:%00@127.0.0.1:{P}>\r\nContact: "
                     "<sip:%00%00@127.0.0.1:{P}>\r\n" T_EMPTY,
     401, TORTURE_SAME},
    {"esc02", "per cent signs that escape nothing: this is no REGISTER",
     "RE%47IST%45R sip:registrar.d.test SIP/2.0\r\n" T_VIA
     "To: \"%Z%45\" <sip:resource@d.test>\r\nFrom: \"%Z%45\" <sip:resource@d.test>;tag=f{N}\r\n"
     "Max-Forwards: 70\r\nCall-ID: t{N}\r\n" T_CSEQ("RE%47IST%45R") T_CONTACT T_EMPTY,
     405, TORTURE_SAME},
    {"lwsdisp", "no blank between a name and its address",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_VIA "To: sip:user@d.test\r\n"
     "From: caller<sip:caller@d.test>;tag=f{N}\r\nMax-Forwards: 70\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "OPTIONS") T_EMPTY,
     200, TORTURE_SAME},
    {"longreq", "long values in every header, and 34 Via",
     "INVITE sip:user@d.test SIP/2.0\r\n" T_VIA "To: \"I have a user name of " T_LONG_128
     "\"<sip:user@d.test:6000;unknownparam1=very" T_LONG_128 ";longparam=shortvalue;very" T_LONG_128
     "parameterwithnovalue>\r\n"
     "F: sip:" T_AOR "@d.test;tag=f{N};unknownheaderparam" T_LONG_128
     "name=unknowheaderparam" T_LONG_128 "value;unknownValueless" T_LONG_128 "\r\n"
     "Call-ID: longreq.{N}.one" T_LONG_128 "call\r\n" T_CSEQ(
         "INVITE") "Unknown-" T_LONG_128 "-Name: unknown-" T_LONG_128 "-value; p=" T_LONG_128 "\r\n"
                   "v: SIP/2.0/TCP sip33.example.com\r\nv: SIP/2.0/TCP sip32.example.com\r\n"
                   "V: SIP/2.0/TCP sip31.example.com, SIP/2.0/TCP sip30.example.com, "
                   "SIP/2.0/TCP sip29.example.com, SIP/2.0/TCP sip28.example.com\r\n"
                   "v: SIP/2.0/TCP 127.0.0.1:1;branch=very" T_LONG_128 "branchvalue\r\n"
                   "Max-Forwards: 70\r\nContact: <sip:1@host" T_LONG_16 ".example.com>\r\n" T_SDP,
     407, TORTURE_SAME},
    {"dblreq", "octets behind the end: over UDP they are nobody's",
     "REGISTER sip:d.test SIP/2.0\r\n" T_HEAD T_CSEQ("REGISTER") T_CONTACT
     "Content-Length: 0\r\n\r\n"
     "INVITE sip:joe@d.test SIP/2.0\r\n" T_VIA T_IDS "CSeq: 8 INVITE\r\n" T_EMPTY,
     401, TORTURE_SAME},
    {"semiuri", "parameters in the user, with an escaped @",
     "OPTIONS sip:user;par=u%40example.net@d.test SIP/2.0\r\n" T_VIA
     "To: sip:j_user@d.test\r\nFrom: sip:caller@d.test;tag=f{N}\r\nMax-Forwards: 3\r\n"
     "Call-ID: t{N}\r\n" T_CSEQ("OPTIONS") "Accept: application/sdp, application/pkcs7-mime,\r\n"
                                           "        multipart/mixed, multipart/signed,\r\n"
                                           "        message/sip, message/sipfrag\r\n" T_EMPTY,
     200, TORTURE_SAME},
    {"transports", "every transport, and one unheard of, in lower Via",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_VIA
     "Via: SIP/2.0/SCTP t1.example.com;branch=z9hG4bKkdjuw\r\n"
     "Via: SIP/2.0/TLS  t2.example.com;branch=z9hG4bKkdjuy\r\n"
     "Via: SIP/2.0/UNKNOWN t3.example.com;branch=z9hG4bKkdjuz\r\n"
     "Via: SIP/2.0/TCP  t4.example.com;branch=z9hG4bKkdjur\r\nMax-Forwards: 70\r\n" T_IDS T_CSEQ(
         "OPTIONS") T_EMPTY,
     200, TORTURE_SAME},
    {"mpart01", "a body in several parts: nobody reads those here",
     "MESSAGE sip:kumiko@d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "MESSAGE") "MIME-Version: 1.0\r\n"
                    "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655\r\nContent-Length: "
                    "{L}\r\n\r\n"
                    "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: "
                    "binary\r\n\r\n"
                    "Hello\r\n--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\n\r\n"
                    "\x30\x82\x01\x52\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xff\r\n"
                    "--7a9cbec02ceef655--\r\n",
     415, TORTURE_SAME},
    {"unreason", "a reply with an odd phrase, to nothing that was asked",
     "SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe \xd1\x81\xd1\x82\xd0\xbe\r\n" T_HEAD T_CSEQ(
         "INVITE") T_CONTACT T_EMPTY,
     TORTURE_SILENCE, TORTURE_SAME},
    {"noreason", "a reply without a phrase, to nothing that was asked",
     "SIP/2.0 100 \r\n" T_HEAD T_CSEQ("INVITE") T_EMPTY, TORTURE_SILENCE, TORTURE_SAME},

    /* 3.1.2: invalid */
    {"badinv01",
     "semicolons and commas with nothing between them: without a Via there is no answer",
     "INVITE sip:user@d.test SIP/2.0\r\nTo: sip:j.user@d.test\r\n"
     "From: sip:caller@d.test;tag=f{N}\r\nMax-Forwards: 7\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "INVITE") "Via: SIP/2.0/{T} 127.0.0.1:{P};;,;,,;branch=z9hG4bK-t{N}\r\n"
                   "Contact: \"Joe\" <sip:joe@example.org>;;;;\r\n" T_SDP,
     TORTURE_SILENCE, TORTURE_SAME},
    {"clerr", "a body shorter than Content-Length says",
     T_LINE("INVITE") T_HEAD T_CSEQ("INVITE") T_CONTACT
     "Content-Type: application/sdp\r\nContent-Length: 9999\r\n\r\nv=0\r\n",
     400, TORTURE_SAME},
    {"ncl", "a negative Content-Length",
     T_LINE("INVITE") T_HEAD T_CSEQ("INVITE") T_CONTACT
     "Content-Type: application/sdp\r\nContent-Length: -999\r\n\r\nv=0\r\n",
     400, TORTURE_SAME},
    {"scalar02", "numbers larger than a header may have",
     "REGISTER sip:d.test SIP/2.0\r\n" T_VIA T_IDS
     "CSeq: 36893488147419103232 REGISTER\r\nMax-Forwards: 300\r\n"
     "Expires: 10000000000000000000000000000000000000000000000000000000000\r\n"
     "Contact: <sip:1@127.0.0.1:{P}>;expires=280297596632815\r\n" T_EMPTY,
     400, TORTURE_SAME},
    {"scalarlg", "the same in a reply",
     "SIP/2.0 503 Service Unavailable\r\n" T_VIA T_IDS
     "CSeq: 9292394834772304023312 OPTIONS\r\nRetry-After: 949302838503028349304023988\r\n"
     "Warning: 1812 overture \"In Progress\"\r\n" T_EMPTY,
     TORTURE_SILENCE, TORTURE_SAME},
    {"quotbal", "a name whose quote never ends",
     T_LINE("INVITE") T_VIA
     "To: \"Mr. J. User <sip:j.user@d.test>\r\n"
     "From: sip:caller@d.test;tag=f{N}\r\nMax-Forwards: 10\r\nCall-ID: t{N}\r\n" T_CSEQ("INVITE")
         T_CONTACT T_SDP,
     400, TORTURE_SAME},
    {"ltgtruri", "the Request-URI in brackets",
     "INVITE <sip:user@d.test> SIP/2.0\r\n" T_HEAD T_CSEQ("INVITE") T_CONTACT T_SDP, 400,
     TORTURE_SAME},
    {"lwsruri", "a blank in the Request-URI",
     "INVITE sip:user@d.test; lr SIP/2.0\r\n" T_HEAD T_CSEQ("INVITE") T_CONTACT T_SDP,
     TORTURE_SILENCE, TORTURE_SAME},
    {"lwsstart", "several blanks in the start line: passed over, as 3.1.2.9 lets us",
     "INVITE  sip:user@d.test  SIP/2.0\r\n" T_HEAD T_CSEQ("INVITE") T_CONTACT T_SDP, 407,
     TORTURE_SAME},
    {"trws", "blanks at the end of the start line",
     "OPTIONS sip:remote-target@d.test SIP/2.0  \r\n" T_HEAD T_CSEQ("OPTIONS") T_EMPTY, 200,
     TORTURE_SAME},
    {"escruri", "headers escaped into the Request-URI: passed over, as 19.1.5 lets us",
     "INVITE sip:user@d.test?Route=%3Csip:example.com%3E SIP/2.0\r\n" T_HEAD T_CSEQ("INVITE")
         T_CONTACT T_SDP,
     407, TORTURE_SAME},
    {"baddate", "a Date in another zone than GMT: the answer does not depend on it",
     T_LINE("INVITE")
         T_HEAD T_CSEQ("INVITE") "Date: Fri, 01 Jan 2010 16:00:00 EST\r\n" T_CONTACT T_SDP,
     407, TORTURE_SAME},
    {"regbadct", "a Contact with URI headers and no brackets",
     "REGISTER sip:d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "REGISTER") "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\r\n" T_EMPTY,
     400, TORTURE_SAME},
    {"badaspec", "blanks within an address",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_VIA
     "To: \"Watson, Thomas\" < sip:t.watson@d.test >\r\n"
     "From: <sip:a.g.bell@d.test>;tag=f{N}\r\nMax-Forwards: 70\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "OPTIONS") T_EMPTY,
     200, TORTURE_SAME},
    {"baddn", "a name that is no token and not quoted",
     "OPTIONS sip:t.watson@d.test SIP/2.0\r\n" T_VIA
     "From: Bell, Alexander <sip:a.g.bell@d.test>;tag=f{N}\r\n"
     "To: Watson, Thomas <sip:t.watson@d.test>\r\nMax-Forwards: 70\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "OPTIONS") T_EMPTY,
     400, TORTURE_SAME},
    {"badvers", "a version there is not",
     "OPTIONS sip:t.watson@d.test SIP/7.0\r\n" T_HEAD T_CSEQ("OPTIONS") T_EMPTY, 505, TORTURE_SAME},
    {"mismatch01", "one method in the start line, another in CSeq",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_HEAD T_CSEQ("INVITE") T_EMPTY, 400, TORTURE_SAME},
    {"mismatch02", "a method nobody knows, another in CSeq",
     "NEWMETHOD sip:user@d.test SIP/2.0\r\n" T_HEAD T_CSEQ("INVITE") T_SDP, 400, TORTURE_SAME},
    {"bigcode", "a status past all statuses",
     "SIP/2.0 4294967301 better not break the receiver\r\n" T_HEAD T_CSEQ("INVITE") T_EMPTY,
     TORTURE_SILENCE, TORTURE_SAME},

    /* 3.2: transactions */
    {"badbranch", "the magic cookie and nothing behind it",
     "OPTIONS sip:user@d.test SIP/2.0\r\nVia: SIP/2.0/{T} 127.0.0.1:{P};branch=z9hG4bK;rport\r\n"
     "Max-Forwards: 70\r\n" T_IDS T_CSEQ("OPTIONS") T_EMPTY,
     200, TORTURE_SAME},

    /* 3.3: what the application makes of it */
    {"insuf", "an INVITE without Call-ID, From and To",
     T_LINE("INVITE") T_VIA "Max-Forwards: 70\r\n" T_CSEQ("INVITE") T_CONTACT T_SDP, 400,
     TORTURE_SAME},
    {"unkscm", "a scheme nobody knows",
     "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0\r\n" T_HEAD T_CSEQ("OPTIONS")
         T_EMPTY,
     416, TORTURE_SAME},
    {"novelsc", "a scheme that is known, but not for this",
     "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0\r\n" T_HEAD T_CSEQ("OPTIONS") T_EMPTY, 416,
     TORTURE_SAME},
    {"unksm2", "unknown schemes in From, To and Contact",
     "REGISTER sip:d.test SIP/2.0\r\n" T_VIA "To: isbn:2983792873\r\n"
     "From: <http://www.example.com>;tag=f{N}\r\nMax-Forwards: 70\r\nCall-ID: t{N}\r\n" T_CSEQ(
         "REGISTER") "Contact: <name:John_Smith>\r\n" T_EMPTY,
     400, TORTURE_SAME},
    {"bext01", "extensions required that nobody has",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "OPTIONS") "Require: nothingSupportsThis\r\nRequire: nothingSupportsThisEither\r\n"
                    "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\r\n" T_EMPTY,
     420, TORTURE_SAME},
    {"invut", "a body of a type nobody knows",
     T_LINE("INVITE") T_HEAD T_CSEQ("INVITE") T_CONTACT
     "Content-Type: application/unknownformat\r\nContent-Length: {L}\r\n\r\n<audio>\r\n"
     " <pcmu port=\"443\"/>\r\n</audio>\r\n",
     415, TORTURE_SAME},
    {"regaut01", "credentials of a scheme nobody knows",
     "REGISTER sip:d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "REGISTER") "Authorization: NoOneKnowsThisScheme opaque-data=here\r\n" T_CONTACT T_EMPTY,
     401, TORTURE_SAME},
    {"multi01", "headers twice that may be there once",
     T_LINE("INVITE")
         T_HEAD T_IDS T_CSEQ("INVITE") "CSeq: 59 INVITE\r\n"
                                       "Call-ID: other{N}\r\nMax-Forwards: 5\r\n" T_CONTACT T_SDP,
     400, TORTURE_SAME},
    {"mcl01", "two Content-Length that contradict each other",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "OPTIONS") "Content-Length: 13\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\n"
                    "There's no way to know how many octets are supposed to be here.\r\n",
     400, TORTURE_SAME},
    {"bcast", "a reply whose Via names the broadcast address",
     "SIP/2.0 200 OK\r\nVia: SIP/2.0/{T} 192.0.2.198;branch=z9hG4bK-t{N}\r\n"
     "Via: SIP/2.0/{T} 255.255.255.255;branch=z9hG4bK1saber23\r\n" T_IDS T_CSEQ("INVITE")
         T_CONTACT T_EMPTY,
     TORTURE_SILENCE, TORTURE_SAME},
    {"zeromf", "Max-Forwards 0 of an OPTIONS: answered where it is",
     "OPTIONS sip:user@d.test SIP/2.0\r\n" T_VIA T_IDS "Max-Forwards: 0\r\n" T_CSEQ("OPTIONS")
         T_EMPTY,
     200, TORTURE_SAME},
    {"zeromf-invite", "Max-Forwards 0 of an INVITE",
     T_LINE("INVITE") T_VIA T_IDS "Max-Forwards: 0\r\n" T_CSEQ("INVITE") T_CONTACT T_SDP, 483,
     TORTURE_SAME},
    {"cparam01", "an unknown parameter of Contact",
     "REGISTER sip:d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "REGISTER") "Contact: sip:+19725552222@127.0.0.1:{P};unknownparam\r\n" T_EMPTY,
     401, TORTURE_SAME},
    {"cparam02", "an unknown parameter of Contact's URI",
     "REGISTER sip:d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "REGISTER") "Contact: <sip:+19725552222@127.0.0.1:{P};unknownparam>\r\n" T_EMPTY,
     401, TORTURE_SAME},
    {"regescrt", "a header escaped into Contact's URI",
     "REGISTER sip:d.test SIP/2.0\r\n" T_HEAD T_CSEQ(
         "REGISTER") "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\r\n" T_EMPTY,
     401, TORTURE_SAME},
    {"sdp01", "no type of body is taken that an INVITE's answer has",
     T_LINE("INVITE") T_HEAD T_CSEQ("INVITE") "Accept: text/nobodyKnowsThis\r\n" T_CONTACT T_EMPTY,
     406, TORTURE_SAME},

    /* 3.4: the SIP before this one */
    {"inv2543", "an INVITE as RFC 2543 had them: no branch, no tag, no Max-Forwards",
     "INVITE sip:UserB@d.test SIP/2.0\r\nVia: SIP/2.0/{T} 127.0.0.1:{P};rport\r\n"
     "From: <sip:" T_AOR
     "@d.test>\r\nRecord-Route: <sip:UserB@example.com;maddr=ss1.example.com>\r\n"
     "To: sip:UserB@d.test\r\nCall-ID: t{N}\r\n" T_CSEQ("INVITE") T_SDP,
     407, TORTURE_SAME},
};

enum { TORTURES = sizeof torture_rows / sizeof *torture_rows };

/* The text of a row as a client at `port` sends it. */
static inline const char *torture_fill(struct arena *arena, const char *text, const char *transport,
                                       int port, int number)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    const char *body = strstr(text, "\r\n\r\n");
    for (; *text; text++) {
        if (text[0] != '{' || text[1] == '\0' || text[2] != '}') {
            buf_char(&out, *text);
            continue;
        }
        switch (text[1]) {
        case 'T':
            buf_str(&out, transport);
            break;
        case 'P':
            buf_int(&out, port);
            break;
        case 'N':
            buf_int(&out, number);
            break;
        case 'L':
            buf_int(&out, (int64_t)strlen(body + 4));
            break;
        default:
            buf_char(&out, '?');
        }
        text += 2;
    }
    const char *kept = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return kept;
}

#endif
