package dev.why502.diagnosis;

import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The services behind the gateway as our own requests found them. The addresses of one name ({@code
 * localhost} is {@code 127.0.0.1} and {@code ::1}) are one service: it is there if one of them
 * answers.
 */
final class Peers {
  /**
   * One service.
   *
   * @param fault what its addresses met; null when one of them answers well
   * @param answered whether some address gave an HTTP answer, be it a good one or not
   */
  record Service(
      List<String> addresses,
      List<Answer> answers,
      @Nullable Finding fault,
      boolean answered,
      boolean backup,
      Route.@Nullable Peer peer) {
    boolean dead() {
      return fault != null && Wire.dead(fault) && !answered;
    }
  }

  private Peers() {}

  /** The services that the configuration names, or else those that the log names. */
  static List<Service> of(Facts facts) {
    List<Service> services = new ArrayList<>();
    if (facts.pass != null && !facts.peers().isEmpty()) {
      Map<String, List<Route.Peer>> logical = new LinkedHashMap<>();
      for (Route.Peer peer : facts.peers()) {
        String key =
            peer.name() == null
                ? String.valueOf(peer.address())
                : peer.name() + ":" + peer.port() + "@" + peer.place();
        logical.computeIfAbsent(key, k -> new ArrayList<>()).add(peer);
      }
      logical.values().forEach(peers -> services.add(service(facts, peers)));
      return services;
    }
    for (String tried : facts.triedPeers()) {
      Answer answer = facts.asked(Role.AS_GATEWAY, tried);
      if (answer == null) {
        answer = facts.asked(Role.DECLARED, tried);
      }
      if (answer != null) {
        services.add(service(facts, List.of(tried), List.of(answer), false, null));
      }
    }
    return services;
  }

  /** Every address that the gateway sends to gave our own request a good answer. */
  static boolean allWell(Facts facts) {
    List<Service> services = of(facts);
    return !services.isEmpty()
        && services.stream().allMatch(service -> service.fault() == null)
        && services.stream().anyMatch(service -> !service.answers().isEmpty());
  }

  /** One service is dead and another one, the backup included, answers well. */
  static boolean someWellDespite(Facts facts, Finding fault) {
    boolean ofTheService =
        fault.cause().layer() == Cause.Layer.UPSTREAM
            || fault.cause().layer() == Cause.Layer.PROCESS;
    return ofTheService
        && of(facts).stream()
            .anyMatch(service -> service.fault() == null && !service.answers().isEmpty());
  }

  private static Service service(Facts facts, List<Route.Peer> peers) {
    List<String> addresses = new ArrayList<>();
    List<Answer> answers = new ArrayList<>();
    boolean backup = true;
    for (Route.Peer peer : peers) {
      String address = String.valueOf(peer.address());
      addresses.add(address);
      backup &= peer.backup();
      Answer answer = facts.asked(Role.AS_GATEWAY, address);
      if (answer != null) {
        answers.add(answer);
      }
    }
    return service(facts, addresses, answers, backup, peers.get(0));
  }

  private static Service service(
      Facts facts,
      List<String> addresses,
      List<Answer> answers,
      boolean backup,
      Route.@Nullable Peer peer) {
    Finding fault = null;
    boolean answered = false;
    boolean served = false;
    for (Answer answer : answers) {
      served |= answer.seen().served();
      answered |= answer.seen().response() != null && answer.seen().failure() == null;
      Finding met = Wire.judge(facts, answer);
      if (fault == null) {
        fault = met;
      }
    }
    return new Service(
        List.copyOf(addresses),
        List.copyOf(answers),
        served ? null : fault,
        answered,
        backup,
        peer);
  }
}
