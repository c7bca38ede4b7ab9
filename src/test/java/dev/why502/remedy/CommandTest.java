package dev.why502.remedy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.definition.Remedy;
import dev.why502.definition.Remedy.Placeholder;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
  private static final String HASH = "a".repeat(64);
  private static final Remedy CORRECT =
      Given.remedy(
          "correct", "app", "/opt/correct", "{file}", "--line={line}", "{from}{to}", "{", "{x y}");

  private static Verdict verdict(String file, String from, String to) {
    return Given.down(
        "app",
        Cause.GATEWAY_WRONG_PORT,
        new Fix("", new Fix.At(file, 14, HASH), List.of(), null, new Fix.Replacement(from, to)));
  }

  @Test
  void placesAreFilledWithinTheirArguments() {
    // When
    Command command = Command.of(CORRECT, verdict("/etc/a.conf", "http://[::1]:1/", "b:2"));
    // Then
    assertNull(command.missing());
    assertEquals(
        List.of("/opt/correct", "/etc/a.conf", "--line=14", "http://[::1]:1/b:2", "{", "{x y}"),
        command.argv());
    assertEquals("/etc/a.conf", command.environment().get("WHY502_FILE"));
    assertEquals(HASH, command.environment().get("WHY502_SHA256"));
    assertEquals("backend", command.environment().get("WHY502_UPSTREAM"));
    assertEquals("gateway-wrong-port", command.environment().get("WHY502_CAUSE"));
  }

  @Test
  void valuesAreNotFilledASecondTime() {
    // When
    Command command = Command.of(CORRECT, verdict("/etc/a.conf", "a", "b"));
    Command nested = Command.of(CORRECT, verdict("/etc/{line}.conf", "a", "b"));
    // Then
    assertNull(command.missing());
    assertEquals(Placeholder.FILE, nested.missing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-x",
        "--config=/etc/passwd",
        "$(touch P)",
        "`touch P`",
        "a;touch P",
        "a\ntouch P",
        "a b",
        "a'b",
        "a\"b",
        "a\\b",
        "a|b",
        "a&b",
        "a>b",
        "a*b",
        "a?b",
        "$HOME",
        "{file}",
        "a\u0000b",
        "é",
        "a\u202eb",
        "",
        "#a",
        "!a"
      })
  void valueThatCouldMeanMoreIsNotHandedOver(String hostile) {
    // When
    Command from = Command.of(CORRECT, verdict("/etc/a.conf", hostile, "b"));
    Command file = Command.of(CORRECT, verdict("/etc/" + hostile + "/x y", "a", "b"));
    // Then
    assertEquals(Placeholder.FROM, from.missing());
    assertFalse(from.environment().containsKey("WHY502_FROM"));
    assertEquals(Placeholder.FILE, file.missing());
    assertFalse(file.environment().containsKey("WHY502_FILE"));
  }

  @Test
  void relativeFileIsNone() {
    // When
    Command command = Command.of(CORRECT, verdict("a.conf", "a", "b"));
    // Then
    assertEquals(Placeholder.FILE, command.missing());
  }

  @Test
  void textThatIsTooLongIsNone() {
    // When
    Command command = Command.of(CORRECT, verdict("/" + "a".repeat(Command.MAX_VALUE), "a", "b"));
    // Then
    assertEquals(Placeholder.FILE, command.missing());
  }

  @Test
  void commandPrintsNoSecret() {
    // Given
    Remedy remedy = Given.remedy("r", "app", "curl", "hunter2");
    // When
    Command command = Command.of(remedy, Given.down("app", Given.STOPPED));
    // Then
    assertEquals("Command[curl]", command.toString());
    assertEquals("Remedy[r]", remedy.toString());
  }
}
