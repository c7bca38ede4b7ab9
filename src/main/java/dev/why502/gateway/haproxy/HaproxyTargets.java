package dev.why502.gateway.haproxy;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Scheme;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteSample;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Targets that stand for the rules of a configuration. */
final class HaproxyTargets {
  /** Targets of one configuration that are tried. */
  private static final int MAX_SAMPLES = 1000;

  private HaproxyTargets() {}

  static List<RouteSample> of(HaproxyConfig config) {
    List<RouteSample> samples = new ArrayList<>();
    for (HaproxyProxy proxy : config.proxies()) {
      List<HaproxyBind> binds =
          proxy.frontend() && !proxy.disabled()
              ? HaproxyBind.of(proxy).stream()
                  .filter(bind -> bind.address().fault() == null && bind.address().port() > 0)
                  .toList()
              : List.of();
      if (binds.isEmpty()) {
        continue;
      }
      // TLS first: the plain one most often only redirects.
      HaproxyBind bind = binds.stream().filter(HaproxyBind::tls).findFirst().orElse(binds.get(0));
      Set<String> hosts = new LinkedHashSet<>();
      Set<String> paths = new LinkedHashSet<>();
      for (HaproxyLine line : proxy.lines()) {
        if (line.is("acl")) {
          words(line.from(2), hosts, paths);
        } else if (line.is("use_backend")) {
          List<String> words = line.words();
          for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals("{")) {
              words(words.subList(i + 1, words.size()), hosts, paths);
            }
          }
        }
      }
      String own = bind.any() ? "127.0.0.1" : bind.address().host();
      hosts.add(bind.any() && bind.address().host().indexOf(':') >= 0 ? "::1" : own);
      paths.add("/");
      for (String host : hosts) {
        for (String path : paths) {
          if (samples.size() < MAX_SAMPLES) {
            samples.add(sample(bind, host, path, bind.address().port()));
            if (!Ip.literal(host)) {
              // A rule for a bare name fits only who asks without a port, by way of the usual one.
              samples.add(sample(bind, host, path, bind.tls() ? 443 : 80));
            }
          }
        }
      }
    }
    return samples;
  }

  /** Hosts and paths that a criterion names. */
  private static void words(List<String> words, Set<String> hosts, Set<String> paths) {
    String criterion = words.isEmpty() ? "" : ByteText.lower(words.get(0));
    boolean host = criterion.contains("hdr") && criterion.contains("(host");
    boolean sni = criterion.contains("sni");
    boolean path =
        criterion.startsWith("path")
            || (criterion.startsWith("url") && !criterion.contains("param"));
    String method = criterion;
    for (int i = 1; i < words.size() && !words.get(i).equals("}"); i++) {
      String word = words.get(i);
      if (word.equals("-m") || word.equals("-f") || word.equals("-M") || word.equals("-u")) {
        method = word.equals("-m") && i + 1 < words.size() ? "_" + words.get(i + 1) : method;
        i++;
        continue;
      }
      if (word.startsWith("-") || !plain(word) || method.contains("_reg")) {
        continue;
      }
      if (host || sni) {
        boolean end = method.contains("_end");
        String name = word.startsWith(".") ? word.substring(1) : word;
        hosts.add(end && word.startsWith(".") ? "www." + name : name);
      } else if (path && !method.contains("_end")) {
        paths.add(word.startsWith("/") ? word : "/" + word);
      } else if (path) {
        paths.add(word.startsWith("/") ? word : "/x" + word);
      }
    }
  }

  private static boolean plain(String word) {
    return !word.isEmpty()
        && word.length() < 200
        && word.chars().allMatch(c -> c > ' ' && c < 127 && "{}|()[]*\\^$\"<>".indexOf(c) < 0);
  }

  private static RouteSample sample(HaproxyBind bind, String host, String path, int port) {
    Scheme scheme = bind.tls() ? Scheme.HTTPS : Scheme.HTTP;
    int colon = host.lastIndexOf(':');
    long written = colon < 0 || Ip.v6(host) ? -1 : ByteText.number(host.substring(colon + 1));
    String name = written > 0 ? host.substring(0, colon) : host;
    String address =
        bind.any()
            ? bind.address().host().indexOf(':') < 0 ? "127.0.0.1" : "::1"
            : bind.address().host();
    return RouteSample.of(
        scheme,
        Endpoint.of(name, port),
        path,
        HaproxyAddress.text(address, bind.address().port()),
        null);
  }
}
