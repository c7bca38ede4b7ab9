package dev.why502.diagnosis;

import java.util.ArrayList;
import java.util.List;

/**
 * What the gateway does wrong while the service is well: every rule, in the order in which they are
 * asked. The order crosses the classes that hold the rules: the more telling stands first.
 */
final class GatewayRules {
  private GatewayRules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>(seen());
    for (Cause cause : ProxyStatus.causes()) {
      if (cause.layer() == Cause.Layer.GATEWAY) {
        rules.add(new Rule(cause, facts -> ProxyStatus.of(facts, cause)));
      }
    }
    rules.add(new Rule(Cause.GATEWAY_MISDIRECTED, ElsewhereRules::misdirected));
    return List.copyOf(rules);
  }

  private static List<Rule> seen() {
    return List.of(
        new Rule(Cause.GATEWAY_LOOP, ElsewhereRules::loop),
        new Rule(Cause.GATEWAY_STALE_CONFIG, CheckRules::doesNotLoad),
        new Rule(Cause.GATEWAY_STALE_CONFIG, StaleRules::staleConfig),
        new Rule(Cause.GATEWAY_STALE_ADDRESS, StaleRules::staleAddress),
        new Rule(Cause.GATEWAY_WRONG_SCHEME, RequestRules::wrongScheme),
        new Rule(
            Cause.GATEWAY_WRONG_PORT,
            facts -> ElsewhereRules.elsewhere(facts, Cause.GATEWAY_WRONG_PORT)),
        new Rule(
            Cause.GATEWAY_WRONG_ADDRESS,
            facts -> ElsewhereRules.elsewhere(facts, Cause.GATEWAY_WRONG_ADDRESS)),
        new Rule(Cause.GATEWAY_MISSING_UPGRADE, RequestRules::missingUpgrade),
        new Rule(Cause.GATEWAY_WRONG_PATH, RequestRules::wrongPath),
        new Rule(Cause.GATEWAY_WRONG_HOST, RequestRules::wrongHost),
        new Rule(Cause.GATEWAY_ALTERS_REQUEST, RequestRules::altersRequest),
        new Rule(Cause.GATEWAY_NO_ROUTE, NoRouteRules::noRoute),
        new Rule(Cause.UPSTREAM_WRONG_SERVICE, ElsewhereRules::wrongService),
        new Rule(Cause.GATEWAY_UPSTREAM_DNS, ConnectRules::upstreamDns),
        new Rule(Cause.GATEWAY_EXHAUSTED, RefusalRules::exhausted),
        new Rule(Cause.GATEWAY_LIMITED, RefusalRules::limited),
        new Rule(Cause.GATEWAY_FORBIDS, RefusalRules::forbids),
        new Rule(Cause.GATEWAY_BODY_LIMIT, RefusalRules::bodyLimit),
        new Rule(Cause.GATEWAY_MAINTENANCE, RefusalRules::maintenance),
        new Rule(Cause.GATEWAY_UPSTREAM_UNTRUSTED, ConnectRules::untrusted),
        new Rule(Cause.GATEWAY_HEADER_LIMIT, AnswerLimitRules::headerLimit),
        new Rule(Cause.GATEWAY_TIMEOUT_TOO_SHORT, AnswerLimitRules::timeoutTooShort),
        new Rule(Cause.GATEWAY_DENIED, ConnectRules::denied),
        new Rule(Cause.GATEWAY_MARKED_DOWN, MarkedDownRules::markedDown));
  }
}
