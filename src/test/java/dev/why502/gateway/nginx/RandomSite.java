package dev.why502.gateway.nginx;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A configuration made at random, every answer of which tells where it comes from. */
final class RandomSite {
  private static final List<String> HOSTS =
      List.of(
          "a.example",
          "b.example",
          "www.a.example",
          "x.b.example",
          "c.d.b.example",
          "A.Example.",
          "shop.org",
          "shop.co.uk",
          "u7.users.example",
          "nobody.test",
          "127.0.0.1");
  private static final List<String> NAMES =
      List.of(
          "a.example",
          "b.example",
          "*.a.example",
          "*.b.example",
          ".d.b.example",
          "shop.*",
          "~^u(?<uid>\\d+)\\.users",
          "_",
          "www.a.example");
  private static final List<String> PREFIXES =
      List.of(
          "/",
          "/api",
          "/api/",
          "/api/v1/",
          "/app/",
          "/img",
          "/dir/",
          "/a b/",
          "/x",
          "/deep/er/",
          "/old/",
          "/API/");
  private static final List<String> REGEXES =
      List.of(
          "~ \\.php$",
          "~* \\.(png|jpe?g)$",
          "~ ^/api/v(?<ver>[0-9]+)/",
          "~ \"^/x{2,3}/\"",
          "~ ^/old/(.*)$",
          "~* ^/IMG/",
          "~ ^/(?!api)[a-z]+/keep");
  private static final List<String> PATHS =
      List.of(
          "/",
          "/api",
          "/api/",
          "/api/users?sort=a&b=c",
          "/api/v1/x",
          "/api/v22/y?z",
          "/app/main",
          "/app",
          "/img",
          "/img/a.PNG",
          "/image.png",
          "/dir/",
          "/dir",
          "/dir/x.php",
          "/a%20b/c d",
          "/a%20b/",
          "/x",
          "/xx/1",
          "/xxxx/1",
          "/deep/er/and/er",
          "/deep/er",
          "/deep//er//q",
          "/api/../app/z",
          "/api/./v1/./k",
          "/%61pi/%2e%2e/x",
          "/old/thing/1?keep=1",
          "/old/",
          "/file.txt",
          "/missing.txt",
          "/..",
          "/a%",
          "/api/%2Fslash",
          "/api/q%3Fmark",
          "/index.php",
          "/foo/keep",
          "/api/keep",
          "/API/up",
          "/api?x=%20y",
          "/caf%C3%A9/x",
          "/old/a+b/%25");

  private final Random random;
  private final List<Integer> ports;
  private final String directory;
  private final StringBuilder out = new StringBuilder();
  private int tags;

  RandomSite(Random random, List<Integer> ports, String directory) {
    this.random = random;
    this.ports = ports;
    this.directory = directory;
    build();
  }

  String config() {
    return out.toString();
  }

  /** The files that its servers find. */
  static void files(NginxDesk desk) {
    desk.write("www/file.txt", "file")
        .write("www/dir/index.html", "index")
        .write("www/dir/x.php", "script");
  }

  /** One request. */
  record Ask(int port, String method, String path, String host, String extra) {
    String headers() {
      return "Host: " + host + "\r\n" + (extra.isEmpty() ? "" : "X-Kind: " + extra + "\r\n");
    }

    Request request() {
      List<Header> all = new ArrayList<>(List.of(new Header("Host", host)));
      if (!extra.isEmpty()) {
        all.add(new Header("X-Kind", extra));
      }
      return new Request(method, all, null, null, false, false, null, "1.1");
    }
  }

  Ask ask() {
    String path = any(PATHS).replace(' ', '_');
    return new Ask(
        ports.get(random.nextInt(2)),
        random.nextInt(5) == 0 ? "DELETE" : "GET",
        path,
        any(HOSTS) + (random.nextInt(4) == 0 ? ":8080" : ""),
        random.nextInt(3) == 0 ? "beta" : "");
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private String echo() {
    return "127.0.0.1:" + ports.get(2);
  }

  private void build() {
    line(
        "user root; worker_processes 1; pid "
            + directory
            + "/pid; error_log "
            + directory
            + "/error.log;");
    line("events { worker_connections 64; }");
    line("http {");
    line("  access_log off; root " + directory + "/www;");
    for (String temp : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      line("  " + temp + "_temp_path " + directory + "/" + temp + ";");
    }
    line("  map $http_x_kind $kind { default plain; ~^b beta; }");
    line(
        "  map $host $hostkind { hostnames; default other; *.b.example bees; a.example alpha; shop.* shop; }");
    line("  upstream pool { server " + echo() + "; keepalive 4; }");
    line(
        "  server { listen 127.0.0.1:"
            + ports.get(2)
            + "; location / { return 200 \"tag $http_x_tag $request_method $request_uri $http_host\"; } }");
    int servers = 3 + random.nextInt(4);
    boolean[] defaults = new boolean[3];
    Set<String> taken = new LinkedHashSet<>();
    for (int i = 0; i < servers; i++) {
      line("  server {");
      int kind = i == 0 ? 2 : random.nextInt(4);
      if (kind != 0) {
        line("    listen 127.0.0.1:" + ports.get(0) + mark(defaults, 0) + ";");
      }
      if (kind != 1) {
        line("    listen *:" + ports.get(1) + mark(defaults, 1) + ";");
      }
      if (kind == 3 && one(2)) {
        line("    listen 127.0.0.1:" + ports.get(1) + mark(defaults, 2) + ";");
      }
      for (int n = random.nextInt(3); n >= 0; n--) {
        String name = any(NAMES);
        if (taken.add(name)) {
          line("    server_name " + (name.startsWith("~") ? "\"" + name + "\"" : name) + ";");
        }
      }
      if (one(4)) {
        line("    rewrite ^/old/(.*)$ /api/$1" + (one(2) ? " last" : "") + ";");
      }
      if (one(5)) {
        line("    if ($http_x_kind = beta) { return 200 \"" + tag() + "\"; }");
      }
      if (one(3)) {
        line(
            "    error_page 404 = /api/lost; error_page 418 = @named; error_page 403 = /file.txt;");
      }
      locations(0, "");
      line(
          "    location @named { proxy_set_header X-Tag \""
              + next()
              + "\"; proxy_pass http://pool; }");
      line("  }");
    }
    line("}");
  }

  private String mark(boolean[] defaults, int which) {
    if (!defaults[which] && one(3)) {
      defaults[which] = true;
      return " default_server";
    }
    return "";
  }

  private void locations(int depth, String parent) {
    Set<String> seen = new LinkedHashSet<>();
    for (int n = (depth == 0 ? 4 : 1) + random.nextInt(5); n > 0; n--) {
      String name;
      boolean pure = false;
      if (one(3)) {
        name = any(REGEXES);
      } else {
        String prefix = parent + any(PREFIXES);
        prefix = parent.endsWith("/") ? parent + any(PREFIXES).substring(1) : prefix;
        if (prefix.equals(parent)) {
          continue;
        }
        String modifier = one(5) ? "= " : one(5) ? "^~ " : "";
        name = modifier + "\"" + prefix + "\"";
        pure = modifier.isEmpty();
        if (!seen.add((modifier.equals("= ") ? "=" : "") + prefix)) {
          continue;
        }
      }
      line("    location " + name + " {");
      body(name.startsWith("~"));
      if (depth < 2 && pure && one(3)) {
        locations(depth + 1, name.substring(1, name.length() - 1));
      }
      line("    }");
    }
  }

  private String next() {
    return "t" + ++tags;
  }

  private String tag() {
    return "tag " + next();
  }

  private void body(boolean regex) {
    if (one(6)) {
      line("      if ($request_method = DELETE) { return 200 \"" + tag() + "\"; }");
    }
    if (one(8)) {
      line(
          "      if ($http_x_kind ~ ^(b)e) { set $got $1; rewrite ^ /x?got=$got "
              + (one(2) ? "last" : "break")
              + "; }");
    }
    if (one(8)) {
      line("      if ($arg_sort) { proxy_pass http://" + echo() + "; }");
    }
    if (one(10)) {
      line("      deny all;");
    }
    if (one(10)) {
      line("      allow 127.0.0.0/8; deny all;");
    }
    if (one(12)) {
      line("      internal;");
    }
    if (one(10)) {
      line("      limit_except GET { deny 127.0.0.1; }");
    }
    if (one(6)) {
      line(
          "      rewrite ^/([a-z]+)/(.*)$ /$2"
              + any(
                  List.of(
                      " break", " last", "", " permanent", "?n=$1 break", "?n=$1 last", "? break"))
              + ";");
    }
    switch (random.nextInt(9)) {
      case 0 -> line("      return 200 \"" + tag() + "\";");
      case 1 ->
          line(
              "      return "
                  + any(List.of("403", "404", "418", "503", "301 /x", "302 http://e.example/"))
                  + ";");
      case 2 ->
          line(
              "      try_files $uri $uri/ "
                  + any(List.of("=404", "@named", "/index.php?q=$uri&$args", "/x"))
                  + ";");
      case 3 -> {
        if (one(2)) {
          line("      index index.html;");
        }
      }
      default -> {
        line("      proxy_set_header X-Tag \"" + next() + "\";");
        if (one(2)) {
          line(
              "      proxy_set_header Host "
                  + any(
                      List.of(
                          "$host",
                          "$http_host",
                          "$proxy_host",
                          "fixed.example",
                          "$server_name:$server_port",
                          "$hostkind.$kind"))
                  + ";");
        }
        String to = any(List.of(echo(), echo(), "pool"));
        int shape = random.nextInt(regex ? 3 : 6);
        line(
            "      "
                + switch (shape) {
                  case 0 -> "proxy_pass http://" + to + ";";
                  case 1 -> "set $up " + to + "; proxy_pass http://$up;";
                  case 2 -> "proxy_pass http://" + to + "/v$uri$is_args$args;";
                  case 3 -> "proxy_pass http://" + to + "/;";
                  case 4 -> "proxy_pass http://" + to + "/base;";
                  default -> "proxy_pass http://" + to + "/base/;";
                });
      }
    }
  }
}
