package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.haproxy.HaproxyExpression.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What fetches come to for one request (HAProxy's manual, chapter 7). Whatever only traffic, time
 * or the process tells is not known.
 */
final class HaproxyFetches {
  /** Counters of stick tables: they limit. */
  private static final Set<String> CONNECTIONS = Set.of("conn_cur", "conn_rate", "conn_cnt");

  private final HaproxyConfig config;
  private final HaproxyRequest request;
  private final boolean http;
  private final HaproxyConverters converters;

  /** A Host was asked for. */
  boolean askedHost;

  /** A counter of requests was asked for. */
  boolean askedRate;

  /** A counter of connections was asked for. */
  boolean askedConnections;

  /** The health of servers was asked for. */
  @Nullable String askedHealth;

  HaproxyFetches(HaproxyConfig config, HaproxyRequest request, HaproxyRegex regex, boolean http) {
    this.config = config;
    this.request = request;
    this.http = http;
    this.converters = new HaproxyConverters(config, regex);
  }

  HaproxySample of(@Nullable HaproxyExpression expression) {
    if (expression == null) {
      return HaproxySample.UNKNOWN;
    }
    HaproxySample sample = fetch(expression.fetch());
    List<Call> calls = expression.calls();
    for (int i = 1; i < calls.size() && sample.known(); i++) {
      sample = converters.of(calls.get(i), sample);
    }
    return sample;
  }

  private HaproxySample fetch(Call call) {
    String name = ByteText.lower(call.name());
    if (name.startsWith("sc_")
        || name.startsWith("sc0_")
        || name.startsWith("sc1_")
        || name.startsWith("sc2_")
        || (name.startsWith("src_") && !name.equals("src_port") && !name.equals("src_is_local"))) {
      String counter = name.substring(name.indexOf('_') + 1);
      askedConnections |= CONNECTIONS.contains(counter);
      askedRate |= !CONNECTIONS.contains(counter);
      return HaproxySample.UNKNOWN;
    }
    if (name.startsWith("table_")
        || name.equals("be_sess_rate")
        || name.equals("fe_sess_rate")
        || name.equals("fe_req_rate")) {
      askedRate = true;
      return HaproxySample.UNKNOWN;
    }
    if (name.equals("fe_conn")
        || name.equals("be_conn")
        || name.equals("queue")
        || name.equals("avg_queue")
        || name.equals("connslots")) {
      askedConnections = true;
      return HaproxySample.UNKNOWN;
    }
    return switch (name) {
      case "always_true", "wait_end" -> HaproxySample.of(true);
      case "always_false" -> HaproxySample.of(false);
      case "bool" -> HaproxySample.of(call.arg(0).equals("true") || call.arg(0).equals("1"));
      case "int", "str" -> HaproxySample.of(call.arg(0));
      case "meth" -> HaproxySample.of(call.arg(0));
      case "ipv4", "ipv6" -> HaproxySample.address(call.arg(0));
      case "env" -> HaproxySample.UNKNOWN;
      case "var" -> variable(call);
      case "nbsrv", "srv_is_up" -> health(name, call);
      case "src" -> HaproxySample.address(request.client);
      case "dst" -> HaproxySample.address(request.address);
      case "dst_port" -> request.port > 0 ? HaproxySample.of(request.port) : HaproxySample.UNKNOWN;
      case "ssl_fc" -> HaproxySample.of(request.tls);
      case "ssl_fc_sni" ->
          !request.tls
              ? HaproxySample.ABSENT
              : request.serverName == null
                  ? HaproxySample.ABSENT
                  : HaproxySample.of(request.serverName);
      case "req_ssl_sni", "req.ssl_sni" ->
          request.hello && request.serverName != null
              ? HaproxySample.of(request.serverName)
              : HaproxySample.ABSENT;
      case "req_ssl_hello_type", "req.ssl_hello_type" ->
          request.hello ? HaproxySample.of(1) : HaproxySample.ABSENT;
      case "uuid" -> HaproxySample.of("00000000-0000-4000-8000-000000000000");
      default -> http ? overHttp(name, call) : HaproxySample.UNKNOWN;
    };
  }

  private HaproxySample overHttp(String name, Call call) {
    return switch (name) {
      case "path" -> HaproxySample.of(request.path);
      case "pathq", "url", "baseq" -> {
        String host = request.host();
        String target = request.target();
        askedHost |= name.equals("baseq");
        yield HaproxySample.of(
            !name.equals("baseq") ? target : host == null || target == null ? null : host + target);
      }
      case "query" ->
          request.query != null && request.query.isEmpty()
              ? HaproxySample.ABSENT
              : HaproxySample.of(request.query);
      case "base" -> {
        askedHost = true;
        String host = request.host();
        yield HaproxySample.of(host == null || request.path == null ? null : host + request.path);
      }
      case "method" -> HaproxySample.of(request.method);
      case "hdr", "req.hdr", "req.fhdr" -> header(call, name.equals("req.fhdr"));
      case "hdr_ip", "req.hdr_ip" -> {
        HaproxySample found = header(call, false);
        yield new HaproxySample(found.known(), HaproxySample.Type.ADDRESS, found.values());
      }
      case "hdr_val", "req.hdr_val" -> {
        HaproxySample found = header(call, false);
        yield new HaproxySample(found.known(), HaproxySample.Type.INTEGER, found.values());
      }
      case "hdr_cnt", "req.hdr_cnt", "req.fhdr_cnt" -> {
        HaproxySample found = header(call, name.equals("req.fhdr_cnt"));
        yield found.known() ? HaproxySample.of(found.values().size()) : found;
      }
      case "cook", "req.cook" -> cookie(call.arg(0));
      case "cook_cnt", "req.cook_cnt" -> {
        HaproxySample found = cookie(call.arg(0));
        yield found.known() ? HaproxySample.of(found.values().size()) : found;
      }
      case "urlp", "url_param" -> parameter(call);
      case "req.ver", "req_ver" -> HaproxySample.of(request.version);
      case "req.proto_http", "req_proto_http" -> HaproxySample.of(true);
      case "http_first_req" -> HaproxySample.of(true);
      case "req.body_len", "req.body_size" -> HaproxySample.of(request.bodyBytes);
      case "http_auth", "http_auth_group" -> {
        // Who is right is only known of nobody: without credentials there is none.
        List<String> given = request.values("authorization");
        yield given != null && given.isEmpty() ? HaproxySample.of(false) : HaproxySample.UNKNOWN;
      }
      case "stopping" -> HaproxySample.of(false);
      default -> HaproxySample.UNKNOWN;
    };
  }

  private HaproxySample variable(Call call) {
    if (!request.variables.containsKey(call.arg(0))) {
      // Nothing in the rules that were followed set it; a script may have.
      return call.args().size() > 1 ? HaproxySample.of(call.arg(1)) : HaproxySample.ABSENT;
    }
    return HaproxySample.of(request.variables.get(call.arg(0)));
  }

  /** Health as the configuration alone tells it: with every server up that is not disabled. */
  private HaproxySample health(String name, Call call) {
    String named = call.arg(0);
    int slash = named.indexOf('/');
    HaproxyProxy backend = config.backend(slash < 0 ? named : named.substring(0, slash));
    if (backend == null) {
      return HaproxySample.UNKNOWN;
    }
    askedHealth = name + "(" + HaproxyText.shown(named) + ")";
    List<HaproxyServer> up =
        HaproxyServers.of(config, backend).stream().filter(server -> !server.down()).toList();
    return name.equals("nbsrv")
        ? HaproxySample.of(up.size())
        : HaproxySample.of(
            up.stream().anyMatch(server -> server.name().equals(named.substring(slash + 1))));
  }

  private HaproxySample header(Call call, boolean whole) {
    String name = call.arg(0);
    askedHost |= name.equalsIgnoreCase("host");
    List<String> lines = request.values(name);
    if (lines == null) {
      return HaproxySample.UNKNOWN;
    }
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      if (whole) {
        values.add(line.strip());
      } else {
        for (String part : line.split(",", -1)) {
          values.add(part.strip());
        }
      }
    }
    if (call.args().size() > 1) {
      String number = call.arg(1);
      long at = ByteText.number(number.startsWith("-") ? number.substring(1) : number);
      int index = (int) (number.startsWith("-") ? values.size() - at : at - 1);
      values =
          at > 0 && index >= 0 && index < values.size() ? List.of(values.get(index)) : List.of();
    }
    return new HaproxySample(true, HaproxySample.Type.STRING, values);
  }

  private HaproxySample cookie(String name) {
    List<String> lines = request.values("cookie");
    if (lines == null) {
      return HaproxySample.UNKNOWN;
    }
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          values.add(pair.substring(equals + 1).strip());
        }
      }
    }
    return new HaproxySample(true, HaproxySample.Type.STRING, values);
  }

  private HaproxySample parameter(Call call) {
    if (request.query == null) {
      return HaproxySample.UNKNOWN;
    }
    boolean ignoreCase = call.arg(2).equals("i");
    char delimiter = call.arg(1).isEmpty() ? '&' : call.arg(1).charAt(0);
    List<String> values = new ArrayList<>();
    for (String pair : request.query.split(java.util.regex.Pattern.quote("" + delimiter), -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (equals >= 0
          && (ignoreCase ? name.equalsIgnoreCase(call.arg(0)) : name.equals(call.arg(0)))) {
        values.add(pair.substring(equals + 1));
      }
    }
    return new HaproxySample(true, HaproxySample.Type.STRING, values);
  }
}
