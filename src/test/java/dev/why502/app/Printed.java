package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.terminal.SafeTextTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * What a command printed in this process, byte by byte.
 *
 * @param status its exit status
 */
record Printed(int status, byte[] out, byte[] err) {
  /** What somebody does who may throw. */
  interface Work {
    int run() throws Exception;
  }

  static Printed of(String... arguments) throws Exception {
    return by(() -> Main.execute(arguments));
  }

  static Printed by(Work work) throws Exception {
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    // As main does: what other threads have to say comes in our form, and now.
    Logs.start();
    try {
      int status = work.run();
      return new Printed(status, out.toByteArray(), err.toByteArray());
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
      LogManager.getLogManager().readConfiguration();
    }
  }

  long outLines() {
    return lines(out);
  }

  long errLines() {
    return lines(err);
  }

  private static long lines(byte[] bytes) {
    long lines = 0;
    for (byte one : bytes) {
      lines += one == '\n' ? 1 : 0;
    }
    return lines;
  }

  Printed harmless() {
    harmless(out);
    harmless(err);
    return this;
  }

  /** Fails with the first line that holds a byte outside of what was promised. */
  static void harmless(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException broken) {
      throw new AssertionError("no UTF-8", broken);
    }
    for (String line : text.split("\n", -1)) {
      assertTrue(SafeTextTest.harmless(line), () -> "not harmless: " + line);
    }
  }
}
