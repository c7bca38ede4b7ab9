package dev.why502.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of an event: {@code SEQ@EPOCH.POSITION}. The number that the bus gave the message is there
 * for people and programs; the rest tells us where in which process the reader stopped. Numbers of
 * the bus alone would not do: they begin again with each process, and two threads may hand over
 * theirs in the other order.
 */
record EventId(long seq, String epoch, long position) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18})@([0-9a-f]{1,16})\\.([0-9]{1,18})");

  /** Null where the text is none of ours. */
  static @Nullable EventId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? new EventId(
            Long.parseLong(matcher.group(1)), matcher.group(2), Long.parseLong(matcher.group(3)))
        : null;
  }

  @Override
  public String toString() {
    return seq + "@" + epoch + "." + position;
  }
}
