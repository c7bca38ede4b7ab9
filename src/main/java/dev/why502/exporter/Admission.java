package dev.why502.exporter;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may be asked: targets that the definitions declare, and what {@code probe.allow} permits. A
 * target is judged by its text first, then each connection by the address that is connected to.
 *
 * <p>A declared name may lead to a private address, since whoever declared it wanted that; it may
 * not lead to a loopback one, unless it is localhost, nor to a link-local one: there sit the
 * cloud's metadata services. A name that only {@code probe.allow} permits may lead to public
 * addresses and to those that are permitted as addresses.
 */
final class Admission {
  private final Map<String, Probe> ids = new HashMap<>();
  private final Set<String> urls = new HashSet<>();
  private final Set<Endpoint> connections = new HashSet<>();
  private final Set<Endpoint> declared = new HashSet<>();
  private final Set<Endpoint> redirected = new HashSet<>();
  private final List<AllowRule> rules = new ArrayList<>();

  Admission(Definitions definitions) {
    definitions.allow().forEach(text -> rules.add(AllowRule.parse(text)));
    for (Probe probe : definitions.probes()) {
      ids.put(probe.id(), probe);
      Scheme scheme = probe.target().scheme();
      Endpoint at = probe.target().endpoint();
      if (at.socket() != null || scheme.webSocket()) {
        continue;
      }
      declared.add(at);
      if (scheme.http()) {
        urls.add(url(probe.target()));
        redirected.add(at);
        if (scheme == Scheme.HTTP && at.port() == Scheme.HTTP.defaultPort()) {
          redirected.add(Endpoint.of(at.host(), Scheme.HTTPS.defaultPort()));
        }
      } else {
        connections.add(at);
      }
    }
  }

  @Nullable Probe probe(String id) {
    return ids.get(id);
  }

  /** Whether this target may be asked for. */
  boolean admits(Target target) {
    boolean known =
        target.scheme().http()
            ? urls.contains(url(target))
            : connections.contains(target.endpoint());
    return known || permitted(target.endpoint());
  }

  /**
   * Whether a redirect may lead here. What a declared site says of itself may be followed on its
   * own host and port, and from port 80 to port 443.
   */
  boolean admitsRedirect(Target target) {
    return redirected.contains(target.endpoint()) || permitted(target.endpoint());
  }

  private boolean permitted(Endpoint to) {
    String host = to.host();
    if (literal(host)) {
      AddressBlock block = AddressBlock.of(host);
      return rules.stream()
          .anyMatch(
              rule ->
                  block == AddressBlock.PUBLIC
                      ? rule.takesName(host, to.port()) || rule.takesAddress(host, to.port())
                      : rule.special() && rule.takesAddress(host, to.port()));
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return rules.stream().anyMatch(rule -> rule.takesName(name, to.port()));
  }

  /**
   * Whether this address may be connected to, for a host that was admitted.
   *
   * @param host as the target or the redirect gave it
   * @param address in its short text form
   * @param own whether the definitions themselves say to connect to this host and port
   */
  boolean admitsAddress(String host, String address, int port, boolean own) {
    boolean named = !literal(host);
    boolean isDeclared = own || isDeclared(Endpoint.of(host, port));
    if (isDeclared && !named) {
      return true;
    }
    boolean itself =
        rules.stream().anyMatch(rule -> rule.special() && rule.takesAddress(address, port));
    return switch (AddressBlock.of(address)) {
      case PUBLIC -> true;
      case PRIVATE -> isDeclared || itself;
      case LOOPBACK -> (isDeclared && localhost(host)) || itself;
      case LINK_LOCAL -> !named && itself;
      case NOWHERE -> false;
    };
  }

  private boolean isDeclared(Endpoint at) {
    return declared.contains(at) || redirected.contains(at);
  }

  static boolean literal(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  /** A name that is loopback by its very meaning (RFC 6761, 6.3). */
  private static boolean localhost(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("localhost") || lower.endsWith(".localhost");
  }

  private static String url(Target target) {
    return target.scheme() + " " + target.endpoint().text() + " " + target.path();
  }
}
