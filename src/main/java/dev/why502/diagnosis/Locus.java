package dev.why502.diagnosis;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Verdict.Link;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a verdict says is broken, by names that the verdicts of other probes on the same fault carry
 * too. That is how one dead service is known as one, however many probes see it, without anybody
 * writing down who depends on whom.
 *
 * @param faults each thing that is broken, by every name that this verdict knows for it: a pool of
 *     two dead services is two faults. Empty with SYMPTOM
 * @param where the gateway at which the probe was answered, or its endpoint where no gateway is
 *     declared
 * @param declared ids of the declared upstreams, in order of their names
 * @param seen when the newest of the failing answers behind it was asked for; the verdict's own
 *     time where it rests on none
 */
public record Locus(
    Grade grade,
    Stage stage,
    List<Set<String>> faults,
    String where,
    List<String> declared,
    Instant seen) {
  /** Faults of one verdict that are told apart; a larger pool is known by its first ones. */
  public static final int MAX_FAULTS = 8;

  public Locus {
    faults = List.copyOf(faults);
    declared = List.copyOf(declared);
  }

  /** How much a verdict tells of where the fault is. */
  public enum Grade {
    /** What is broken has a name. */
    NAMED,
    /** It is only known where it shows. */
    SYMPTOM,
    /** It concerns this probe alone. */
    OWN
  }

  /** How far a request came: what fails at a later stage has passed the earlier ones. */
  public enum Stage {
    /** It got no answer of the gateway's. */
    FRONT,
    /** The gateway, or what is behind it, failed. */
    BEHIND,
    /** A service answered, and not as it should. */
    ANSWER
  }

  /** Probes that meet at the same place and declare the same upstreams fail for one reason. */
  public String meeting() {
    return where + "/" + String.join(",", declared);
  }

  /** Whether it may be met on other routes of the same gateway too, as a dead service is. */
  public boolean shared() {
    return grade == Grade.NAMED
        && faults.stream().flatMap(Set::stream).noneMatch(name -> name.startsWith(Blame.LINE));
  }

  /** The name under which a service is known that is declared as a probe. */
  public static String service(String id) {
    return "service:" + id;
  }

  /** The name under which what answers at a probe's target is known. */
  public static String address(Probe probe) {
    return Blame.address(endpoint(probe).text());
  }

  /**
   * What a verdict that is neither up nor unknown says is broken.
   *
   * @throws IllegalArgumentException for a verdict that blames nobody
   */
  public static Locus of(Verdict verdict, Probe probe) {
    if (verdict.state() == State.UP || verdict.state() == State.UNKNOWN) {
      throw new IllegalArgumentException("nobody is to blame: " + verdict.state());
    }
    Blame blame = new Blame(verdict, probe);
    Grade grade = grade(verdict.cause());
    List<Set<String>> faults =
        switch (grade) {
          case SYMPTOM -> List.of();
          case OWN -> List.of(Set.of("probe:" + probe.id()));
          case NAMED -> blame.faults();
        };
    return new Locus(grade, stage(verdict), faults, blame.where(), declared(probe), blame.seen());
  }

  private static Grade grade(Cause cause) {
    return switch (cause) {
      // What Diagnosis takes for a bare symptom: anything behind may be why.
      case EDGE_RESET, EDGE_TIMEOUT -> Grade.SYMPTOM;
      case SLOW_RESPONSE, CERTIFICATE_EXPIRING -> Grade.NAMED;
      default ->
          switch (cause.layer()) {
            case SYMPTOM -> Grade.SYMPTOM;
            case EXPECTATION -> Grade.OWN;
            case EDGE, UPSTREAM, GATEWAY, PROCESS, PROBER -> Grade.NAMED;
          };
    };
  }

  private static Stage stage(Verdict verdict) {
    for (Link link : verdict.chain()) {
      // A gateway that does not start for a name that does not resolve is not to be got into.
      if (shut(link.cause())) {
        return Stage.FRONT;
      }
    }
    return switch (verdict.cause().layer()) {
      case EDGE -> Stage.FRONT;
      case EXPECTATION -> Stage.ANSWER;
      case SYMPTOM, UPSTREAM, GATEWAY, PROCESS, PROBER -> Stage.BEHIND;
    };
  }

  /** Nobody takes connections at the edge. */
  static boolean shut(Cause cause) {
    return switch (cause) {
      case EDGE_REFUSED, EDGE_UNREACHABLE, EDGE_CONNECT_TIMEOUT -> true;
      default -> false;
    };
  }

  private static List<String> declared(Probe probe) {
    @Nullable List<String> upstreams = probe.upstreams();
    return upstreams == null ? List.of() : upstreams.stream().sorted().distinct().toList();
  }

  /** Where a probe connects. */
  static Endpoint endpoint(Probe probe) {
    Endpoint other = probe.request().connectTo();
    return other == null ? probe.target().endpoint() : other;
  }
}
