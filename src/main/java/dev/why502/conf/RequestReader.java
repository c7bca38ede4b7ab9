package dev.why502.conf;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The key {@code request} of a probe. */
final class RequestReader {
  static final List<String> KEYS =
      List.of(
          "method",
          "headers",
          "body",
          "connectTo",
          "followRedirects",
          "insecure",
          "ca",
          "httpVersion");

  private static final List<String> STANDARD_METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  /** The probe frames its messages itself; a second opinion on that is request smuggling. */
  private static final List<String> FRAMING = List.of("content-length", "transfer-encoding");

  private static final int LONGEST_METHOD = 32;

  private RequestReader() {}

  static Request read(@Nullable Members request, Path baseDirectory) {
    if (request == null) {
      return Request.GET;
    }
    return new Request(
        Objects.requireNonNullElse(request.parsed("method", RequestReader::method), "GET"),
        headers(request.anyObject("headers")),
        request.text("body"),
        request.parsed("connectTo", EndpointText::parse),
        request.flag("followRedirects", false),
        request.flag("insecure", false),
        request.readablePath("ca", baseDirectory),
        Objects.requireNonNullElse(
            request.parsed("httpVersion", RequestReader::httpVersion), "1.1"));
  }

  static List<Header> headers(@Nullable Members headers) {
    List<Header> all = new ArrayList<>();
    if (headers == null) {
      return all;
    }
    for (String name : headers.keys()) {
      headers.checkKey(name, RequestReader::headerToSend);
      if (headers.get(name) instanceof Json.Arr) {
        for (String value : headers.parsedAll(name, RequestReader::headerValue)) {
          all.add(new Header(name, value));
        }
      } else {
        String value = headers.parsed(name, RequestReader::headerValue);
        if (value != null) {
          all.add(new Header(name, value));
        }
      }
    }
    return all;
  }

  static Parsed<String> method(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (!text.equals(upper) && STANDARD_METHODS.contains(upper)) {
      return Parsed.not(
          "is not the method " + upper + ": methods are case-sensitive (RFC 9110, 9.1)");
    }
    if (text.equals("CONNECT")) {
      return Parsed.not("is the method of tunnels, which a probe does not open");
    }
    return text.length() <= LONGEST_METHOD && PatternText.isToken(text)
        ? Parsed.of(text)
        : Parsed.not("is not a method (RFC 9110, 9.1)");
  }

  private static Parsed<String> httpVersion(String text) {
    return switch (text) {
      case "1.0", "1.1", "2" -> Parsed.of(text);
      default -> Parsed.not("is not \"1.0\", \"1.1\" or \"2\"");
    };
  }

  static Parsed<String> headerName(String text) {
    return text.length() <= 256 && PatternText.isToken(text)
        ? Parsed.of(text)
        : Parsed.not("is not a header name (RFC 9110, 5.1)");
  }

  static Parsed<String> headerToSend(String text) {
    return FRAMING.contains(text.toLowerCase(Locale.ROOT))
        ? Parsed.not("is a header that the probe sets by itself")
        : headerName(text);
  }

  /** A line break would begin a header of its own; beyond Latin-1 HTTP has no characters. */
  static Parsed<String> headerValue(String text) {
    return text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f || c > 0xff)
        ? Parsed.not("has a line break or another character that no header can carry")
        : Parsed.of(text);
  }
}
