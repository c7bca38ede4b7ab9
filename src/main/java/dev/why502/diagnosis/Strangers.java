package dev.why502.diagnosis;

import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Listeners;
import dev.why502.observation.FailureKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Services of this host that nobody named, asked in place of one that is not there. Each was asked
 * for something that no service has as well: who has that too, has anything, and is no proof.
 */
final class Strangers {
  private static final int SHOWN = 3;

  private Strangers() {}

  /** Whether a candidate was asked for what no service has too. */
  static boolean asked(Facts facts, Answer candidate, Peers.Service dead) {
    return !candidate.path().equals(path(dead)) || absent(facts, candidate, dead) != null;
  }

  /** What a candidate answered to a request for what no service has, or null. */
  static @Nullable Answer absent(Facts facts, Answer candidate, Peers.Service dead) {
    return candidate.role() != Role.CANDIDATE
        ? null
        : facts
            .role(Role.CANDIDATE)
            .filter(answer -> Address.same(answer.address(), candidate.address()))
            .filter(answer -> !answer.path().equals(path(dead)))
            .findFirst()
            .orElse(null);
  }

  /** The one that has what was asked for and not just anything; null where there are several. */
  static @Nullable Answer only(Facts facts, Peers.Service dead) {
    List<Answer> all =
        answers(facts, dead).stream()
            .filter(answer -> answer.seen().served())
            .filter(
                answer -> {
                  Answer absent = absent(facts, answer, dead);
                  return absent != null && absent.seen().status() >= 400;
                })
            .toList();
    return all.size() == 1 ? all.get(0) : null;
  }

  /** Names those that may be meant, where none of them shows it. */
  static @Nullable Finding maybe(Facts facts, Peers.Service dead, Cause wanted) {
    List<Answer> all =
        answers(facts, dead).stream()
            .filter(answer -> answer.seen().failure() != FailureKind.INVALID)
            .filter(answer -> answer.seen().status() > 0 && answer.seen().status() < 500)
            .filter(answer -> answer.seen().status() != 404)
            .limit(SHOWN)
            .toList();
    if (wanted != Cause.GATEWAY_WRONG_PORT || all.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder("which service is meant: ");
    for (Answer answer : all) {
      text.append(answer.equals(all.get(0)) ? "" : "; ")
          .append(name(facts, answer))
          .append(", at ")
          .append(answer.address())
          .append(", answers ")
          .append(answer.seen().status())
          .append(" to the same request");
    }
    return Finding.open(wanted, text.toString());
  }

  /** Who answered: "node, pid 4711". */
  static String name(Facts facts, Answer answer) {
    Listeners.Row row = facts.listener(answer.address());
    return row == null || row.command() == null ? "a service" : row.holder();
  }

  private static List<Answer> answers(Facts facts, Peers.Service dead) {
    return facts
        .role(Role.CANDIDATE)
        .filter(answer -> answer.path().equals(path(dead)))
        .filter(answer -> absent(facts, answer, dead) != null)
        .toList();
  }

  private static String path(Peers.Service dead) {
    return dead.answers().isEmpty() ? "" : dead.answers().get(0).path();
  }
}
