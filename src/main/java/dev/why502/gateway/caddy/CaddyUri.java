package dev.why502.gateway.caddy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Paths as Go's net/url and Caddy keep them. */
final class CaddyUri {
  private CaddyUri() {}

  /** Null when an escape is broken. */
  static @Nullable String decoded(String escaped) {
    if (escaped.indexOf('%') < 0) {
      return escaped;
    }
    ByteBuffer out = ByteBuffer.allocate(escaped.length() * 3);
    int at = 0;
    while (at < escaped.length()) {
      char c = escaped.charAt(at);
      if (c != '%') {
        int end = at + (Character.isHighSurrogate(c) && at + 1 < escaped.length() ? 2 : 1);
        out.put(escaped.substring(at, end).getBytes(StandardCharsets.UTF_8));
        at = end;
        continue;
      }
      int high = at + 2 < escaped.length() ? Character.digit(escaped.charAt(at + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(escaped.charAt(at + 2), 16);
      if (low < 0) {
        return null;
      }
      out.put((byte) (high * 16 + low));
      at += 3;
    }
    return new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
  }

  /** Go's url.EscapedPath of a path without a raw form. */
  static String escaped(String path) {
    StringBuilder out = new StringBuilder();
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xFF);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-_.~$&+,/:;=@".indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return out.toString();
  }

  /** Go's url.QueryEscape. */
  static String queryEscaped(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** caddyhttp.CleanPath: path.Clean that keeps a slash at the end. */
  static String cleaned(String path, boolean mergeSlashes) {
    String text = path;
    if (!mergeSlashes) {
      // An impossible character between two slashes keeps them apart.
      text = path.replace("//", "/\uE0FF/").replace("//", "/\uE0FF/");
    }
    Deque<String> parts = new ArrayDeque<>();
    boolean rooted = text.startsWith("/");
    for (String part : text.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        if (!parts.isEmpty() && !parts.peekLast().equals("..")) {
          parts.removeLast();
        } else if (!rooted) {
          parts.addLast(part);
        }
        continue;
      }
      parts.addLast(part);
    }
    String clean = (rooted ? "/" : "") + String.join("/", parts);
    if (clean.isEmpty()) {
      clean = ".";
    }
    if (!clean.equals("/") && text.endsWith("/")) {
      clean += "/";
    }
    return mergeSlashes ? clean : clean.replace("\uE0FF", "");
  }
}
