package dev.why502.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who sees less says less: a case without one kind of evidence, or without one piece of it, never
 * gives a surer verdict, and never another one that is just as sure and as deep.
 */
class EvidenceRemovalTest {

  static List<StoredCase> cases() {
    return StoredCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneKindLessNeverSaysMore(StoredCase stored) {
    // Given
    Verdict whole = Diagnosis.of(stored.given());
    Set<Evidence.Kind> kinds =
        stored.given().evidence().stream()
            .map(Evidence::kind)
            .collect(Collectors.toCollection(LinkedHashSet::new));

    // When
    List<String> faults = new ArrayList<>();
    for (Evidence.Kind kind : kinds) {
      List<Evidence> rest =
          stored.given().evidence().stream()
              .filter(one -> one.kind() != kind || own(stored.given(), one))
              .toList();
      add(faults, "without " + kind.code(), whole, rest, stored.given());
    }

    // Then
    assertEquals(List.of(), faults);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onePieceLessNeverSaysMore(StoredCase stored) {
    // Given
    Verdict whole = Diagnosis.of(stored.given());
    List<Evidence> all = stored.given().evidence();

    // When
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!own(stored.given(), all.get(i))) {
        List<Evidence> rest = new ArrayList<>(all);
        rest.remove(i);
        add(faults, "without " + all.get(i).summary(), whole, rest, stored.given());
      }
    }

    // Then
    assertEquals(List.of(), faults);
  }

  /** The probe's own observation: without it there is no case. */
  private static boolean own(Case given, Evidence one) {
    return one instanceof Answer answer
        && (answer.role() == Role.EDGE || given.probe().id().equals(answer.upstream()));
  }

  private static void add(
      List<String> faults, String what, Verdict whole, List<Evidence> rest, Case given) {
    Verdict less =
        Diagnosis.of(
            new Case(
                given.probe(),
                given.gateway(),
                given.upstreams(),
                rest,
                given.checking(),
                given.at(),
                given.node()));
    String fault = fault(whole, less);
    if (fault != null) {
      faults.add(what + ": " + fault + ": " + words(whole) + " became " + words(less));
    }
  }

  private static @Nullable String fault(Verdict whole, Verdict less) {
    boolean earlier =
        less.cause() != whole.cause()
            && whole.chain().stream().anyMatch(link -> link.cause() == less.cause());
    boolean shallower = earlier || less.cause().layer().compareTo(whole.cause().layer()) < 0;
    if (less.cause() == whole.cause() || !shallower) {
      if (less.confidence().compareTo(whole.confidence()) > 0) {
        return "surer";
      }
    }
    boolean both =
        whole.confidence() == Confidence.CERTAIN && less.confidence() == Confidence.CERTAIN;
    if (both && less.cause() != whole.cause() && !shallower) {
      return "another certain cause";
    }
    // A check has no edge to look at: without the route or the service it knows nothing.
    if (whole.cause() == Cause.OK && less.state() != State.UP && less.state() != State.UNKNOWN) {
      return "no longer up";
    }
    return null;
  }

  private static String words(Verdict verdict) {
    return verdict.cause() + " (" + verdict.confidence() + ") " + verdict.summary();
  }
}
