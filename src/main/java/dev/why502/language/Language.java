package dev.why502.language;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A language that the service speaks. */
public enum Language {
  ENGLISH("en"),
  /** Simplified: of Chinese, the one that there is, whichever is asked for. */
  CHINESE("zh-Hans");

  /** Of a header's list; what stands behind them is not looked at. */
  private static final int MOST_RANGES = 32;

  private static final int LONGEST_TAG = 35;

  private final String tag;

  Language(String tag) {
    this.tag = tag;
  }

  /** As in {@code Content-Language} and {@code lang} (RFC 5646). */
  public String tag() {
    return tag;
  }

  /**
   * The language of a tag such as {@code zh}, {@code zh_CN.UTF-8} or {@code en-GB}; null where it
   * is none of ours.
   */
  public static @Nullable Language of(@Nullable String tag) {
    if (tag == null || tag.length() > LONGEST_TAG) {
      return null;
    }
    String[] parts = tag.strip().toLowerCase(Locale.ROOT).split("[-_.@]", 2);
    return switch (parts[0]) {
      case "en" -> ENGLISH;
      case "zh" -> CHINESE;
      default -> null;
    };
  }

  /**
   * What an {@code Accept-Language} header wants most of what there is (RFC 9110, 12.5.4), the
   * first of equals; English where it wants none of ours, or is no such header.
   */
  public static Language accepted(@Nullable String header) {
    Language best = ENGLISH;
    int most = 0;
    String[] ranges = header == null ? new String[0] : header.split(",", MOST_RANGES + 1);
    for (int i = 0; i < Math.min(ranges.length, MOST_RANGES); i++) {
      String[] parts = ranges[i].split(";", 2);
      String range = parts[0].strip();
      Language one = range.equals("*") ? ENGLISH : of(range);
      int weight = parts.length == 1 ? 1000 : weight(parts[1]);
      if (one != null && weight > most) {
        best = one;
        most = weight;
      }
    }
    return best;
  }

  /** {@code q=0.8} in thousandths; what is no weight is taken for none at all. */
  private static int weight(String parameter) {
    String text = parameter.replace(" ", "").replace("\t", "").toLowerCase(Locale.ROOT);
    if (!text.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
      return 0;
    }
    if (text.charAt(2) == '1') {
      return 1000;
    }
    String digits = text.length() > 4 ? text.substring(4) : "";
    return Integer.parseInt((digits + "000").substring(0, 3));
  }
}
