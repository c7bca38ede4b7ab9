package dev.why502.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.diagnosis.Verdict;
import dev.why502.language.Translation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PluginLineTest {
  private static final Verdict UP = SampleVerdicts.up("shop");
  private static final Verdict DOWN = SampleVerdicts.wrongPort();
  private static final Verdict DEGRADED = SampleVerdicts.degraded();
  private static final Verdict UNKNOWN = SampleVerdicts.unknown("abroad");

  static Stream<Arguments> rounds() {
    return Stream.of(
        Arguments.of(List.of(UP), 0, 0),
        Arguments.of(List.of(UP, UP), 0, 0),
        Arguments.of(List.of(UP, DEGRADED), 1, 1),
        Arguments.of(List.of(UP, DOWN, DEGRADED), 2, 1),
        Arguments.of(List.of(UNKNOWN), 3, 3),
        Arguments.of(List.of(UNKNOWN, UNKNOWN), 3, 3),
        Arguments.of(List.of(UP, UNKNOWN), 3, 1),
        Arguments.of(List.of(UNKNOWN, DOWN), 2, 1),
        Arguments.of(List.of(), 3, 3));
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void statusFollowsTheWorstVerdict(List<Verdict> verdicts, int plugin, int exit) {
    assertEquals(plugin, PluginLine.of(verdicts, Translation.none()).status());
    assertEquals(exit, ExitStatus.of(verdicts));
  }

  @Test
  void lineNamesTheCauseAndCarriesFigures() {
    assertEquals(
        "WHY502 CRITICAL - templates: nginx sends /api/ to 127.0.0.1:3001, where nothing listens;"
            + " backend listens on 3002 (gateway-wrong-port)"
            + "|up=0;;;0;1 degraded=0;;;0;1 down=1;;;0;1 unknown=0;;;0;1 time=0.012400s;;;0",
        PluginLine.of(List.of(DOWN), Translation.none()).line());
    assertEquals(
        "WHY502 OK - all 2 probes are up"
            + "|up=2;;;0;2 degraded=0;;;0;2 down=0;;;0;2 unknown=0;;;0;2",
        PluginLine.of(List.of(UP, UP), Translation.none()).line());
  }

  @Test
  void barInATextDoesNotBeginThePerformanceData() {
    // When
    String line =
        PluginLine.of(List.of(SampleVerdicts.hostile("a|b=1")), Translation.none()).line();

    // Then
    assertEquals(1, line.chars().filter(c -> c == '|').count());
  }
}
