package dev.why502.definition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The values that came from {@code ${env:}} and {@code ${file:}}: they stand in no output, in no
 * common encoding. Values shorter than {@value #SHORTEST} characters are masked only where they
 * stand alone in a string, since masking them inside other text would destroy it and tell more than
 * it hides.
 */
public final class Secrets {
  public static final Secrets NONE = new Secrets(List.of());
  public static final String MASK = "***";
  static final int SHORTEST = 4;

  private final Set<String> values;

  /** Every encoded form, longest first, so that a form inside a longer one leaves no remains. */
  private final List<String> forms;

  public Secrets(Collection<String> values) {
    this.values = Set.copyOf(values);
    Set<String> all = new LinkedHashSet<>();
    for (String value : values) {
      if (value.length() >= SHORTEST) {
        addForms(value, all);
        // "Bearer abc": the part a peer or a log would show alone.
        for (String part : value.split("[;, ]+")) {
          if (part.length() >= 8) {
            addForms(part, all);
          }
        }
      }
    }
    List<String> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingInt(String::length).reversed().thenComparing(form -> form));
    this.forms = List.copyOf(sorted);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** These, and others with them. */
  public Secrets and(Collection<String> others) {
    if (values.containsAll(others)) {
      return this;
    }
    Set<String> all = new LinkedHashSet<>(values);
    all.addAll(others);
    return new Secrets(all);
  }

  /**
   * The text with each secret replaced by {@value #MASK}, and with it what is one in a URL without
   * having been declared.
   */
  public String mask(String text) {
    return UrlSecrets.mask(maskDeclared(text));
  }

  private String maskDeclared(String text) {
    if (values.isEmpty() || text.isEmpty()) {
      return text;
    }
    if (values.contains(text)) {
      return MASK;
    }
    String masked = text;
    for (String form : forms) {
      if (masked.contains(form)) {
        masked = masked.replace(form, MASK);
      }
    }
    return masked;
  }

  private static void addForms(String value, Set<String> all) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    all.add(value);
    // A secret may stand anywhere in a longer base64 text: three alignments, and only the
    // characters that depend on nothing but the secret.
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = new byte[bytes.length + offset];
      System.arraycopy(bytes, 0, shifted, offset, bytes.length);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      int from = offset == 0 ? 0 : offset + 1;
      int to = encoded.length() - (shifted.length % 3 == 0 ? 0 : 1);
      if (to - from >= 6) {
        String sure = encoded.substring(from, to);
        all.add(sure);
        all.add(sure.replace('+', '-').replace('/', '_'));
      }
    }
    all.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
    all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    all.add(percent(bytes, true));
    all.add(percent(bytes, false));
    all.add(percent(bytes, true).replace("%20", "+"));
    StringBuilder hex = new StringBuilder();
    for (byte b : bytes) {
      hex.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    all.add(hex.toString());
    all.add(hex.toString().toUpperCase(java.util.Locale.ROOT));
    all.add(jsonEscaped(value, false));
    all.add(jsonEscaped(value, true));
  }

  private static String percent(byte[] bytes, boolean upper) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      char c = (char) (b & 0xff);
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        out.append(c);
      } else if ("-._~".indexOf(c) >= 0) {
        out.append(c);
      } else {
        String hex = String.format(java.util.Locale.ROOT, upper ? "%%%02X" : "%%%02x", (int) c);
        out.append(hex);
      }
    }
    return out.toString();
  }

  private static String jsonEscaped(String value, boolean slash) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '/' -> out.append(slash ? "\\/" : "/");
        default -> {
          if (c < 0x20) {
            out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }
}
