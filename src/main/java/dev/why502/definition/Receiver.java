package dev.why502.definition;

import dev.why502.definition.Request.Header;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is told.
 *
 * @param language tag of the one that is spoken there, or null for English
 */
public record Receiver(String name, @Nullable String language, Way way) {
  /** How somebody is reached. Its text form shows nothing, since addresses of bots are secrets. */
  public sealed interface Way permits Post, Mail {
    /** As definitions name it. */
    String type();

    /** What must never be shown: passwords, tokens, and addresses that are passwords themselves. */
    List<String> secrets();
  }

  /** What a service on the web takes. */
  public enum Format {
    /** The API v2 of Prometheus' Alertmanager. */
    ALERTMANAGER("alertmanager"),
    /** Any program; in the shape that Alertmanager's own webhooks have. */
    WEBHOOK("webhook"),
    SLACK("slack"),
    FEISHU("feishu"),
    DINGTALK("dingtalk"),
    WECOM("wecom");

    private final String type;

    Format(String type) {
      this.type = type;
    }

    /** As definitions name it. */
    public String type() {
      return type;
    }

    /** Read by people in a chat, which takes only so many messages a minute. */
    public boolean bot() {
      return this != ALERTMANAGER && this != WEBHOOK;
    }
  }

  /**
   * By HTTP.
   *
   * @param urls several of an Alertmanager that runs more than once, one of any other
   * @param headers sent with it, credentials among them
   * @param secret what messages are signed with, or null
   */
  public record Post(
      Format format, List<Target> urls, List<Header> headers, @Nullable String secret)
      implements Way {
    private static final int SHORTEST_PATH = 8;

    public Post {
      urls = List.copyOf(urls);
      headers = List.copyOf(headers);
    }

    @Override
    public String type() {
      return format.type();
    }

    @Override
    public List<String> secrets() {
      List<String> all = new ArrayList<>();
      for (Target url : urls) {
        // One that is only a host and a port is no secret, and may be a probe's target too.
        if (url.path().length() > 1) {
          all.add(url.text());
        }
        // A bot's path is its password; what is shorter is none.
        if (format.bot() && url.path().length() > SHORTEST_PATH) {
          all.add(url.path());
        }
      }
      headers.forEach(header -> all.add(header.value()));
      if (secret != null) {
        all.add(secret);
      }
      return all;
    }

    @Override
    public String toString() {
      return type();
    }
  }

  /** How a mail server's connection is protected. */
  public enum Security {
    NONE,
    STARTTLS,
    TLS
  }

  /** By e-mail (RFC 5321). */
  public record Mail(
      String host,
      int port,
      Security security,
      @Nullable String user,
      @Nullable String password,
      String from,
      List<String> to)
      implements Way {
    public Mail {
      to = List.copyOf(to);
    }

    @Override
    public String type() {
      return "email";
    }

    @Override
    public List<String> secrets() {
      return password == null ? List.of() : List.of(password);
    }

    @Override
    public String toString() {
      return type();
    }
  }
}
