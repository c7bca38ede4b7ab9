package dev.why502.terminal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What terminals, logs and readers have been led astray with, made systematically: every control,
 * every kind of sequence, what hides and reorders, floods, and bytes that are no text.
 */
public final class HostileTexts {
  private static final String ESC = "\u001b";
  private static final String ST = ESC + "\\";
  private static final String BEL = "\u0007";

  private final Map<String, byte[]> all = new LinkedHashMap<>();

  private HostileTexts() {
    controls();
    hidden();
    sequences();
    forged();
    floods();
    bytes();
    syntax();
  }

  /** Each as a text; what is no UTF-8 has been replaced in it as every reader does. */
  public static List<String> texts() {
    List<String> texts = new ArrayList<>();
    new HostileTexts()
        .all.forEach(
            (name, bytes) ->
                texts.add(
                    name.startsWith("half ")
                        ? "x" + (char) Integer.parseInt(name.substring(5), 16) + "y"
                        : new String(bytes, StandardCharsets.UTF_8)));
    return texts;
  }

  /** Each as it would come over a channel of bytes. */
  public static List<byte[]> raw() {
    return List.copyOf(new HostileTexts().all.values());
  }

  private void put(String name, String text) {
    all.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void character(int codePoint) {
    put("U+" + Integer.toHexString(codePoint), "x" + Character.toString(codePoint) + "y");
  }

  private void controls() {
    for (int c = 0; c < 0x20; c++) {
      character(c);
    }
    for (int c = 0x7f; c <= 0xa0; c++) {
      character(c);
      // As one byte, as a terminal in an 8-bit mode takes it.
      all.put("byte " + c, new byte[] {'x', (byte) c, 'y'});
    }
  }

  private void hidden() {
    int[][] ranges = {
      {0x200b, 0x200f},
      {0x2028, 0x202f},
      {0x2060, 0x206f},
      {0x2000, 0x200a},
      {0xfff9, 0xfffb},
      {0xe0001, 0xe0001},
      {0xe0020, 0xe0024},
      {0xe007f, 0xe007f},
      {0xe0100, 0xe0102},
      {0xfdd0, 0xfdd2},
      {0xfffe, 0xffff},
      {0x1fffe, 0x1ffff},
      {0x10ffff, 0x10ffff},
      {0xe000, 0xe001},
      {0xf8ff, 0xf8ff},
      {0xf0000, 0xf0000},
      {0x0378, 0x0378}
    };
    for (int[] range : ranges) {
      for (int c = range[0]; c <= range[1]; c++) {
        character(c);
      }
    }
    for (int c :
        new int[] {
          0xad, 0x61c, 0x180e, 0xfeff, 0x34f, 0x115f, 0x1160, 0x3164, 0xffa0, 0x2800, 0x1680,
          0x205f, 0x1d173, 0x110bd
        }) {
      character(c);
    }
    put("reordered", "exe\u202egpj.\u2066admin\u2069");
    for (int half : new int[] {0xd800, 0xdbff, 0xdc00, 0xdfff}) {
      byte[] bytes = {
        'x',
        (byte) (0xe0 | (half >> 12)),
        (byte) (0x80 | ((half >> 6) & 0x3f)),
        (byte) (0x80 | (half & 0x3f)),
        'y'
      };
      all.put("half " + Integer.toHexString(half), bytes);
    }
  }

  private void sequences() {
    for (String command :
        List.of(
            "0;owned",
            "2;owned",
            "4;1;rgb:0/0/0",
            "7;file://h/",
            "8;;http://evil.example",
            "10;?",
            "52;c;ZWNobyBvd25lZA==",
            "104",
            "777;notify;a;b",
            "1337;File=name=eA==:eA==")) {
      put("OSC " + command, "a" + ESC + "]" + command + BEL + "b");
      put("OSC ST " + command, "a" + ESC + "]" + command + ST + "b");
      put("OSC 8-bit " + command, "a\u009d" + command + "\u009cb");
    }
    for (char last : "@ABCDEFGHIJKLMPSTXZ`abcdefghlmnpqrsux{}".toCharArray()) {
      put("CSI " + last, "a" + ESC + "[2" + last + "b");
    }
    for (String mode : List.of("?1049h", "?25l", "?2004h", "?1003h", "?47h", ">4;2m", "!p")) {
      put("CSI " + mode, "a" + ESC + "[" + mode + "b");
      put("CSI 8-bit " + mode, "a\u009b" + mode + "b");
    }
    for (String begin :
        List.of(
            "P", "X", "^", "_", "c", "7", "8", "D", "E", "M", "N", "O", "Z", "#8", "(0", "%@", "=",
            ">", "n", "o", "|")) {
      put("ESC " + begin, "a" + ESC + begin + "$q\"p" + ST + "b");
    }
    put("cut in two", "a" + ESC);
    put("red", "Referer: " + ESC + "[31mred" + ESC + "[0m");
  }

  private void forged() {
    String forgery = "2025-09-18T09:46:00Z warning dev.why502 all is well";
    for (String end :
        List.of("\n", "\r\n", "\r", "\u0085", "\u000b", "\f", "\u2028", "\u2029", "\u001e", "\0")) {
      put("forged " + Integer.toHexString(end.codePointAt(0)) + end.length(), "ok" + end + forgery);
    }
    put("overwritten", "ok\r" + ESC + "[K all is well");
    put("erased", "rm -rf /\b\b\b\b\b\b\b\bls     ");
    put("up", ESC + "[1A" + ESC + "[2K all is well");
  }

  private void floods() {
    put("long", "A".repeat(20_000));
    put("long wide", "数".repeat(6_000));
    put("long pairs", "\ud83d\ude00".repeat(4_000));
    put("NUL flood", "\0".repeat(4_096));
    put("line flood", "\n".repeat(600));
    put("mark flood", "e" + "\u0301".repeat(2_000));
    put("marks first", "\u0301\u20dd\u0489abc");
    put("marks mixed", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324");
    put("marks apart", "e\u0301\u0301\u0301\u0301\u0301e\u20dd\u20dd\u20dd\u20dd\u20dd\u20dd");
    put("escape flood", ESC.repeat(1_000));
    put("blank flood", " ".repeat(5_000) + "x");
  }

  private void bytes() {
    int[][] broken = {
      {0xc0, 0x80},
      {0xc0, 0xaf},
      {0xc1, 0xbf},
      {0xe0, 0x80, 0xaf},
      {0xe2, 0x82},
      {0xf0, 0x9f},
      {0xf0, 0x80, 0x80, 0x9b},
      {0xf4, 0x90, 0x80, 0x80},
      {0xf8, 0x88, 0x80, 0x80, 0x80},
      {0xfe, 0xff},
      {0xff},
      {0xbf, 0xbf},
      {0xc2},
      {0x9b, '3', '1', 'm'},
      {0xc2, 0x1b, '[', '2', 'J'}
    };
    for (int[] some : broken) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write('x');
      for (int one : some) {
        out.write(one);
      }
      out.write('y');
      all.put("bytes " + all.size(), out.toByteArray());
    }
  }

  private void syntax() {
    for (String text :
        List.of(
            "{0} {1}",
            "%s%n%x",
            "${jndi:ldap://x}",
            "a|b=1",
            "'; rm -rf / #",
            "$(touch P)",
            "`id`",
            "\\",
            "\"",
            "\\u001b[2J",
            "<script>",
            "a\tb",
            "-",
            "",
            " ",
            "；",
            "#\\x1b")) {
      put("syntax " + text, text);
    }
  }
}
