package dev.why502.gateway.haproxy;

import static dev.why502.gateway.haproxy.HaproxySite.bare;
import static dev.why502.gateway.haproxy.HaproxySite.front;

import java.util.List;

/** Configurations that are held against the real program. */
final class HaproxySites {
  private HaproxySites() {}

  static List<HaproxySite> all() {
    return List.of(
        front("default backend", "default_backend a", "GET shop.example /x?y=1", "POST h /"),
        front("no backend", "", "GET h /"),
        front(
            "path prefixes",
            """
            use_backend b if { path_beg /api /v2 }
            use_backend c if { path_beg -i /STATIC }
            default_backend a
            """,
            "GET h /api",
            "GET h /API",
            "GET h /static/x",
            "GET h /v2?x",
            "GET h /xapi"),
        front(
            "path kinds",
            """
            use_backend a if { path /exact }
            use_backend b if { path_end .png .jpg }
            use_backend c if { path_sub admin }
            use_backend d if { path_dir img }
            use_backend a if { path_reg ^/r[0-9]+$ }
            use_backend b if { path_len 5 }
            """,
            "GET h /exact",
            "GET h /exact/",
            "GET h /x.png?a=b",
            "GET h /xadminx",
            "GET h /a/img/b",
            "GET h /a/imgs/b",
            "GET h /r12",
            "GET h /r12x",
            "GET h /abcd"),
        front(
            "hosts",
            """
            acl shop hdr(host) -i shop.example www.shop.example
            acl dom hdr_dom(host) -i blog
            acl end hdr_end(host) -i .api.example
            acl beg hdr_beg(host) dev.
            use_backend a if shop
            use_backend b if dom
            use_backend c if end
            use_backend d if beg
            """,
            "GET shop.example /",
            "GET SHOP.example /",
            "GET shop.example:8080 /",
            "GET my.blog.example /",
            "GET myblog.example /",
            "GET x.api.example /",
            "GET dev.x /",
            "GET DEV.x /"),
        front(
            "acl lines of one name add up",
            """
            acl in path_beg /a
            acl in path_beg /b
            use_backend b if in
            default_backend a
            """,
            "GET h /a",
            "GET h /b",
            "GET h /c"),
        front(
            "and or not",
            """
            acl p path_beg /p
            acl q hdr(x-q) 1
            use_backend b if p q or { path /or }
            use_backend c if p !q || !p { path_end z }
            use_backend d unless p
            default_backend a
            """,
            "GET h /p x-q:1",
            "GET h /p",
            "GET h /or",
            "GET h /z",
            "GET h /y",
            "GET h /p/z x-q:2"),
        front(
            "methods and predefined",
            """
            use_backend b if METH_POST
            use_backend c if { method PUT DELETE }
            use_backend d if HTTP_URL_SLASH !METH_GET
            default_backend a
            """,
            "GET h /",
            "POST h /",
            "PUT h /",
            "OPTIONS h /",
            "DELETE h /"),
        front(
            "queries",
            """
            use_backend b if { urlp(v) 2 }
            use_backend c if { query -m sub x=1 }
            use_backend d if { url_beg /u?q }
            use_backend a if { url_param(w) -m found }
            """,
            "GET h /?v=2",
            "GET h /?a=b&v=2",
            "GET h /?v=3&x=1",
            "GET h /u?q",
            "GET h /?w=",
            "GET h /"),
        front(
            "headers and cookies",
            """
            use_backend b if { req.cook(ab) b }
            use_backend c if { hdr(x-list) two }
            use_backend d if { req.hdr_cnt(x-many) gt 1 }
            use_backend a if { req.fhdr(x-list) -m str one,three }
            """,
            "GET h / Cookie:ab=b",
            "GET h / Cookie:x=y;ab=a",
            "GET h / x-list:one,two",
            "GET h / x-list:one,three",
            "GET h / x-many:1 x-many:2",
            "GET h / x-many:1"),
        front(
            "source and port",
            """
            use_backend b if { src 127.0.0.0/8 } { path /s }
            use_backend c if { src 10.0.0.1 }
            use_backend d if { dst_port FRONT } { path /p }
            use_backend c if { dst_port 1:10 }
            default_backend a
            """,
            "GET h /s",
            "GET h /p",
            "GET h /"),
        front(
            "ssl_fc",
            """
            http-request redirect scheme https code 301 unless { ssl_fc }
            default_backend a
            """,
            "GET h /"),
        front(
            "deny",
            """
            http-request deny if { path_beg /admin }
            http-request deny deny_status 429 if { path /slow }
            http-request deny status 404 if { path /gone }
            http-request tarpit if { path /tar }
            http-request silent-drop if { path /drop }
            http-request reject if { path /rej }
            default_backend a
            """,
            "GET h /admin/x",
            "GET h /slow",
            "GET h /gone",
            "GET h /tar",
            "GET h /rej",
            "GET h /ok"),
        front(
            "return",
            """
            http-request return status 503 content-type text/plain string closed if { path /m }
            http-request return if { path /r }
            http-request return status 200 content-type text/plain lf-string "%[path]" if { path_beg /lf }
            default_backend a
            """,
            "GET h /m",
            "GET h /r",
            "GET h /lfx",
            "GET h /"),
        front(
            "redirects",
            """
            http-request redirect location /new code 308 if { path /old }
            redirect prefix https://x.example code 301 if { path_beg /p }
            redirect scheme https if { hdr(host) -i secure.example }
            default_backend a
            """,
            "GET h /old",
            "GET h /p",
            "GET secure.example /",
            "GET h /"),
        front(
            "allow ends the rules",
            """
            http-request allow if { path_beg /open }
            http-request deny
            default_backend a
            """,
            "GET h /open",
            "GET h /x"),
        front(
            "set-path and its kin",
            """
            http-request set-path /fixed if { path /sp }
            http-request set-path /pre%[path] if { path_beg /pp }
            http-request replace-path ^/strip/?(.*) /\\1 if { path_beg /strip }
            http-request replace-path /x /y if { path_beg /a/x }
            http-request set-query a=b if { path /sq }
            http-request set-method PUT if { path /sm }
            http-request replace-pathq ^/pq(.*)\\?(.*) /q\\1?z=\\2 if { path_beg /pq }
            http-request set-uri /uri?u=1 if { path /su }
            http-request replace-uri ^/ru/(.*) /ur/\\1 if { path_beg /ru }
            http-request set-pathq /spq?w=%[path] if { path /spq1 }
            default_backend a
            """,
            "GET h /sp?k=v",
            "GET h /ppx",
            "GET h /strip/a/b?q",
            "GET h /strip",
            "GET h /a/x/b",
            "GET h /sq?old",
            "GET h /sm",
            "GET h /pqa?b",
            "GET h /su",
            "GET h /ru/v?w=x",
            "GET h /spq1"),
        front(
            "headers set",
            """
            http-request set-header Host inner.example if { path /h }
            http-request set-header X-Path %[path]
            http-request add-header X-Real %[src]
            http-request del-header X-Gone
            http-request set-header X-Fmt "%[req.hdr(host),lower]:%[dst_port]"
            option forwardfor
            default_backend a
            """,
            "GET Shop.example /h",
            "GET Shop.example /x x-gone:1"),
        front(
            "variables",
            """
            http-request set-var(txn.p) path,lower
            http-request set-var(txn.site) str(b) if { hdr(host) -i b.example }
            use_backend %[var(txn.site)] if { var(txn.site) -m found }
            use_backend c if { var(txn.p) -m beg /c }
            default_backend a
            """,
            "GET b.example /",
            "GET h /CX",
            "GET h /"),
        front(
                "map of hosts",
                """
            use_backend %[req.hdr(host),lower,map(DIR/hosts.map,d)]
            default_backend a
            """,
                "GET b.example /",
                "GET C.example /",
                "GET none /",
                "GET bad.example /")
            .file(
                "hosts.map",
                """
            # sites
            b.example b
            c.example   c
            bad.example nowhere

            """),
        front(
                "map kinds",
                """
            use_backend %[path,map_beg(DIR/beg.map)] if { path,map_beg(DIR/beg.map) -m found }
            use_backend %[req.hdr(host),map_end(DIR/end.map)] if { req.hdr(host),map_end(DIR/end.map) -m found }
            use_backend %[path,map_reg(DIR/reg.map,a)]
            """,
                "GET h /api/x",
                "GET h /api/v2/x",
                "GET x.example /",
                "GET h /r1",
                "GET h /z")
            .file("beg.map", "/api b\n/api/v2 c\n")
            .file("end.map", ".example d\n")
            .file("reg.map", "^/r[0-9] b\n"),
        front(
                "acl from a file",
                """
            use_backend b if { path_beg -f DIR/paths }
            use_backend c if { src -f DIR/nets } { path /n }
            acl many hdr(host) -i -f DIR/hosts extra.example
            use_backend d if many
            default_backend a
            """,
                "GET h /one/x",
                "GET h /two",
                "GET h /n",
                "GET HOST.example /",
                "GET extra.example /",
                "GET h /")
            .file(
                "paths",
                """
            # c
            /one

              /two
            """)
            .file(
                "nets",
                """
            10.0.0.0/8
            127.0.0.0/8
            """)
            .file("hosts", "host.example\n"),
        front(
            "computed backend",
            """
            use_backend %[path,field(2,/)] if { path_reg ^/[bcx]/ }
            default_backend a
            """,
            "GET h /b/x",
            "GET h /c/",
            "GET h /x/"),
        front(
            "converters",
            """
            use_backend b if { req.hdr(host),lower,field(1,:) shop.example }
            use_backend c if { path,regsub(^/v[0-9]+,) /x }
            use_backend d if { path,length 9 }
            use_backend b if { req.hdr(host),host_only -m end .test }
            default_backend a
            """,
            "GET Shop.Example:81 /",
            "GET h /v12/x",
            "GET h /12345678",
            "GET a.test:9 /"),
        front(
            "match methods",
            """
            use_backend b if { path -m beg /b }
            use_backend c if { path -m end -i .C }
            use_backend d if { path -m sub -- -d- }
            use_backend b if { hdr(x-n) -m int ge 5 lt 3 }
            use_backend c if { hdr(host) -m reg -i ^ab+c$ }
            use_backend d if { path -m len gt 20 }
            default_backend a
            """,
            "GET h /b",
            "GET h /x.c",
            "GET h /-d-",
            "GET h / x-n:7",
            "GET h / x-n:4",
            "GET h / x-n:2",
            "GET ABBC /",
            "GET h /123456789012345678901"),
        front(
            "quotes",
            """
            use_backend b if { hdr(x-a) "two words" }
            use_backend b if { hdr(x-a) es\\#c }
            use_backend c if { hdr(x-a) 'sing\\le' }
            use_backend d if { hdr(x-a) a\\ b } # end
            acl q hdr(x-a) "x\\"y" 'p"q' "r's" t\\'u v"w x"y \\x41b 5\\$ "6\\$" \\7 "\\8"
            use_backend c if q
            default_backend a
            """,
            "GET h / x-a:two%20words",
            "GET h / x-a:es#c",
            "GET h / x-a:sing\\le",
            "GET h / x-a:a%20b",
            "GET h / x-a:x\"y",
            "GET h / x-a:p\"q",
            "GET h / x-a:r's",
            "GET h / x-a:t'u",
            "GET h / x-a:vw%20xy",
            "GET h / x-a:Ab",
            "GET h / x-a:5$",
            "GET h / x-a:5\\$",
            "GET h / x-a:6$",
            "GET h / x-a:7",
            "GET h / x-a:\\7",
            "GET h / x-a:\\8",
            "GET h /"),
        HaproxySite.of(
            "auth",
            """
            userlist people
              user one insecure-password two
            frontend web
              bind 127.0.0.1:FRONT
              http-request auth realm x if { path_beg /private } !{ http_auth(people) }
              default_backend a
            """,
            "GET h /private",
            "GET h /"),
        front(
            "monitor and stats",
            """
            monitor-uri /alive
            stats uri /stats
            default_backend a
            """,
            "GET h /alive",
            "GET h /alive?x",
            "GET h /stats",
            "GET h /stats/x",
            "GET h /x"),
        front(
            "tcp-request",
            """
            tcp-request content reject if { path_beg /bad }
            tcp-request connection reject if { src 10.0.0.0/8 }
            default_backend a
            """,
            "GET h /ok"),
        front(
            "computed header match",
            """
            http-request set-header X-Want b if { path_beg /w }
            use_backend %[req.hdr(x-want)] if { req.hdr(x-want) -m found }
            default_backend c
            """,
            "GET h /w",
            "GET h /x",
            "GET h /x x-want:d"),
        front(
            "replace-header",
            """
            http-request replace-header Host (.*)\\.outer (\\1).inner if { path /r }
            http-request replace-header X-V ^v(.*) w\\1
            default_backend a
            """,
            "GET a.outer /r",
            "GET a.outer /x x-v:v1"),
        front(
            "rewritten before the choice",
            """
            http-request set-path /api%[path] if { hdr_beg(host) api. }
            use_backend b if { path_beg /api }
            default_backend a
            """,
            "GET api.x /v1",
            "GET x /v1"),
        HaproxySite.of(
            "backend's own rules",
            """
            frontend web
              bind 127.0.0.1:FRONT
              use_backend b if { path_beg /b }
              default_backend a
            backend a
              http-request set-header X-From a
              http-request deny if { path /no }
              http-request replace-path /old(.*) /new\\1
              server s1 @A@
            backend b
              http-request return status 410 if { path /b/gone }
              redirect location / if { path /b/r }
              server s1 @B@
            """,
            "GET h /",
            "GET h /no",
            "GET h /old/x?y",
            "GET h /b",
            "GET h /b/gone",
            "GET h /b/r"),
        HaproxySite.of(
            "listen",
            """
            listen site
              bind 127.0.0.1:FRONT
              http-request deny if { path /no }
              use_backend b if { path_beg /b }
              server s1 @A@
            backend b
              server s1 @B@
            backend a
              server s1 @A@
            """,
            "GET h /",
            "GET h /b",
            "GET h /no"),
        HaproxySite.of(
            "servers out of use",
            """
            frontend web
              bind 127.0.0.1:FRONT
              use_backend b if { path_beg /b }
              use_backend c if { path_beg /c }
              use_backend d if { path_beg /d }
              default_backend a
            backend a
              server s1 @A@ disabled
              server s2 @B@
            backend b
              server s1 @A@ disabled
            backend c
            backend d
              default-server disabled
              server s1 @C@ enabled
              server s2 @D@
            """,
            "GET h /",
            "GET h /b",
            "GET h /c",
            "GET h /d"),
        HaproxySite.of(
            "use-server",
            """
            frontend web
              bind 127.0.0.1:FRONT
              default_backend a
            backend a
              use-server two if { path_beg /two }
              use-server one unless { path_beg /two }
              server one @A@
              server two @B@
            """,
            "GET h /two",
            "GET h /"),
        HaproxySite.of(
            "several binds",
            """
            frontend other
              bind 127.0.0.2:FRONT
              default_backend b
            frontend web
              bind 127.0.0.1:FRONT,127.0.0.3:FRONT
              default_backend a
            frontend any
              bind *:FRONT
              default_backend c
            backend a
              server s1 @A@
            backend b
              server s1 @B@
            backend c
              server s1 @C@
            """,
            "GET h /"),
        bare(
            "named defaults",
            """
            defaults base
              mode http
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            defaults secured from base
              http-request set-header X-D 1
              option forwardfor header X-Client
            frontend web from secured
              bind 127.0.0.1:FRONT
              default_backend a
            backend a from base
              server s1 @A@
            """,
            "GET h /"),
        bare(
            "environment",
            """
            global
              setenv WHERE b
              presetenv PREFIX_OF_TEST /pre
            defaults
              mode http
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            frontend web
              bind 127.0.0.1:FRONT
              use_backend "$WHERE" if { path_beg "${PREFIX_OF_TEST}fix" }
              use_backend b if { hdr(x-v) '$WHERE' $WHERE }
              default_backend a
            backend a
              server s1 @A@
            backend b
              server s1 @B@
            """,
            "GET h /prefix",
            "GET h / x-v:$WHERE",
            "GET h / x-v:b",
            "GET h /"),
        bare(
            "conditional blocks",
            """
            defaults
              mode http
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            frontend web
              bind 127.0.0.1:FRONT
            .if 0
              default_backend b
            .elif 1
              default_backend a
              .if !1
              .else
              http-request set-header X-In 1
              .endif
            .else
              default_backend b
            .endif
            backend a
              server s1 @A@
            backend b
              server s1 @B@
            """,
            "GET h /"),
        bare(
            "tcp mode",
            """
            defaults
              mode tcp
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            frontend web
              bind 127.0.0.1:FRONT
              use_backend b if { src 10.0.0.0/8 }
              default_backend a
            backend a
              server s1 @A@
            backend b
              server s1 @B@
            """,
            "GET h /x?y"),
        bare(
            "tcp frontend, http backend",
            """
            defaults
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            frontend web
              bind 127.0.0.1:FRONT
              default_backend a
            backend a
              mode http
              http-request set-path /up%[path]
              server s1 @A@
            """,
            "GET h /x?y"),
        front("nbsrv", "default_backend a", "GET h /x"));
  }
}
