package dev.why502.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.cases.StoredCase;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.Route;
import dev.why502.evidence.ServiceLog;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every text of every stored case's verdict comes out in Chinese, whole, and soon enough. */
class SpokenCasesTest {
  private static final double MOST_MILLIS = 5;

  /** What a probe says that it got may be anybody's words. */
  private static final int MOST_WORDS_OF_OTHERS = 2;

  private final Translation translation = Chinese.translation();

  @Test
  void everyTextOfEveryStoredVerdictIsTranslated() {
    // Given
    List<Verdict> verdicts = verdicts();

    // When
    Set<String> texts = new TreeSet<>();
    Set<String> left = new TreeSet<>();
    for (Verdict verdict : verdicts) {
      for (String text : texts(verdict)) {
        texts.add(text);
        if (!translated(text)) {
          left.add(text + "\n    " + translation.say(text));
        }
      }
    }

    // Then
    System.out.println(
        texts.size()
            + " texts of "
            + verdicts.size()
            + " verdicts, "
            + left.size()
            + " of them not wholly in Chinese, by "
            + translation.size()
            + " entries");
    assertTrue(texts.size() > 500, () -> "only " + texts.size() + " texts");
    assertEquals("", String.join("\n", left));
  }

  @Test
  void oneVerdictTakesLessThanAMillisecond() {
    // Given
    List<List<String>> verdicts = verdicts().stream().map(SpokenCasesTest::texts).toList();
    for (int round = 0; round < 5; round++) {
      verdicts.forEach(texts -> texts.forEach(translation::say));
    }
    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();

    // When
    List<Double> millis = new ArrayList<>();
    for (List<String> texts : verdicts) {
      long before = cpu.getCurrentThreadCpuTime();
      texts.forEach(translation::say);
      millis.add((cpu.getCurrentThreadCpuTime() - before) / 1e6);
    }

    // Then
    millis.sort(null);
    double median = millis.get(millis.size() / 2);
    double worst = millis.get(millis.size() - 1);
    System.out.printf(
        "a verdict is translated in %.3f ms, the longest in %.3f ms%n", median, worst);
    assertTrue(median < 1, () -> "the median is " + median + " ms");
    assertTrue(worst < MOST_MILLIS, () -> "the longest took " + worst + " ms");
  }

  private boolean translated(String text) {
    String said = translation.say(text);
    boolean others = text.contains(", got ") || text.startsWith("header: ");
    boolean whole = translation.left(text) == 0 || (others && left(said) <= MOST_WORDS_OF_OTHERS);
    return whole && (left(said) == 0 || said.codePoints().anyMatch(Character::isIdeographic));
  }

  private static long left(String said) {
    return Chinese.words(said).stream().filter(word -> !word.startsWith("http")).count();
  }

  private static List<Verdict> verdicts() {
    return StoredCase.all().stream().map(stored -> Diagnosis.of(stored.given())).toList();
  }

  private static List<String> texts(Verdict verdict) {
    List<String> texts = new ArrayList<>(List.of(verdict.summary()));
    verdict.chain().forEach(link -> texts.add(link.summary()));
    verdict.ruledOut().forEach(cause -> texts.add(cause.because()));
    verdict.unsettled().forEach(cause -> texts.add(cause.settledBy()));
    fix(texts, verdict.fix());
    evidence(texts, verdict.evidence());
    for (Verdict.Risk risk : verdict.risks()) {
      texts.add(risk.summary());
      fix(texts, risk.fix());
      evidence(texts, risk.evidence());
    }
    return texts;
  }

  private static void fix(List<String> texts, @Nullable Fix fix) {
    if (fix != null) {
      texts.add(fix.summary());
    }
  }

  /** But for lines of logs and of configurations, which are quoted. */
  private static void evidence(List<String> texts, List<Evidence> evidence) {
    for (Evidence piece : evidence) {
      boolean quoted =
          piece instanceof LogLine
              || (piece instanceof Route route && route.access().readable())
              || (piece instanceof ServiceLog log && !log.complaints().isEmpty());
      if (!quoted) {
        texts.add(piece.summary());
      }
    }
  }
}
