package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SheetTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Terminal terminal = new Terminal(true, false, 40, 24);
  private final Sheet sheet =
      new Sheet(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> terminal);

  private String written() {
    sheet.flush();
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  @Test
  void statusStandsBelowWhatIsAdded() {
    // Given
    sheet.add("one\n");
    sheet.status(List.of("", "1 probe"));
    assertEquals("one\n\n1 probe\n", written());
    // When
    sheet.add("two\n");
    // Then
    assertEquals("\u001b[2A\r\u001b[Jtwo\n\n1 probe\n", written());
  }

  @Test
  void sameStatusIsNotDrawnAgain() {
    // Given
    sheet.status(List.of("1 probe"));
    written();
    // When
    sheet.status(List.of("1 probe"));
    // Then
    assertEquals("", written());
  }

  @Test
  void terminalThatWasMadeNarrowerHasBrokenTheLines() {
    // Given
    sheet.status(List.of("\u001b[31m" + "数".repeat(20) + "\u001b[0m", "x"));
    written();
    // When
    terminal = new Terminal(true, false, 15, 24);
    sheet.add("two\n");
    // Then
    assertTrue(written().startsWith("\u001b[4A\r\u001b[Jtwo\n"));
  }

  @Test
  void noStatusWhereNobodyLooks() {
    // Given
    terminal = new Terminal(false, false, 100, 24);
    // When
    sheet.status(List.of("1 probe"));
    sheet.add("one\n");
    // Then
    assertEquals("one\n", written());
  }

  @Test
  void whoeverPutsInIsToldToWait() {
    // When
    sheet.add("x".repeat(Sheet.MAX_WAITING));
    boolean full = sheet.behind();
    sheet.add("\n");
    // Then
    assertFalse(full);
    assertTrue(sheet.behind());
    written();
    assertFalse(sheet.behind());
  }

  @Test
  void writingEndsWhenNobodyReads() {
    // Given
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Sheet unread = new Sheet(new PrintStream(gone), () -> terminal);
    unread.add("one\n");
    // When
    unread.write();
    // Then
    assertEquals(0, unread.waiting());
  }
}
