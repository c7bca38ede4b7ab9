package dev.why502.web;

import java.util.Arrays;
import java.util.Locale;

/**
 * A badge as a picture. How wide a text becomes depends on fonts that we cannot see; it is computed
 * for Verdana, and the picture asks for just that width, so that another font fits as well.
 */
final class BadgeSvg {
  private static final double FONT_PIXELS = 11;
  private static final int PADDING = 6;
  private static final int HEIGHT = 20;

  /** Of a character that is not in the table, in thousandths of the font's size: a wide one. */
  private static final int WIDE = 1000;

  /** Advance widths of Verdana from the space to the tilde, in thousandths of its size. */
  private static final int[] WIDTHS = new int[0x7f];

  static {
    Arrays.fill(WIDTHS, 700);
    set(274, "ijl'|");
    set(352, " f");
    set(364, ".,");
    set(394, "t");
    set(427, "rI");
    set(454, "-:;()[]/\\!");
    set(521, "cszJ");
    set(592, "kvxyLT");
    set(601, "aeFE");
    set(623, "bdgpqhnuoS");
    set(636, "0123456789_$");
    set(818, "w+<>=~#");
    set(973, "mMW%@");
  }

  private BadgeSvg() {}

  private static void set(int width, String characters) {
    characters.chars().forEach(c -> WIDTHS[c] = width);
  }

  static String of(Badge badge) {
    int label = width(badge.label());
    int message = width(badge.message());
    int left = label + 2 * PADDING;
    int whole = left + message + 2 * PADDING;
    String words = escaped(badge.label() + ": " + badge.message());
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" role="img" aria-label="%3$s">
        <title>%3$s</title>
        <clipPath id="r"><rect width="%1$d" height="%2$d" rx="3"/></clipPath>
        <g clip-path="url(#r)">
        <rect width="%4$d" height="%2$d" fill="#555"/>
        <rect x="%4$d" width="%5$d" height="%2$d" fill="%6$s"/>
        </g>
        <g font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
        %7$s%8$s</g>
        </svg>
        """,
        whole,
        HEIGHT,
        words,
        left,
        whole - left,
        badge.colour().hex,
        text(badge.label(), PADDING, label, "#fff"),
        text(badge.message(), left + PADDING, message, "#111"));
  }

  /** Dark ink: white on the four colours has too little contrast (WCAG 2.2, 1.4.3). */
  private static String text(String words, int x, int width, String ink) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%d\" y=\"14\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\""
            + " fill=\"%s\">%s</text>\n",
        x,
        width,
        ink,
        escaped(words));
  }

  static int width(String text) {
    double thousandths = text.codePoints().map(c -> c < WIDTHS.length ? WIDTHS[c] : WIDE).sum();
    return (int) Math.ceil(thousandths * FONT_PIXELS / 1000);
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean plain = c >= 0x20 && c < 0x7f && "<>&\"'".indexOf(c) < 0;
              boolean allowed =
                  c >= 0x20 && c != 0xfffe && c != 0xffff && (c < 0xd800 || c > 0xdfff);
              if (plain) {
                out.append((char) c);
              } else {
                // What XML 1.0 has no character for becomes the replacement character.
                out.append("&#").append(allowed ? c : 0xfffd).append(';');
              }
            });
    return out.toString();
  }
}
