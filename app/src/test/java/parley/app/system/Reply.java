package parley.app.system;

import jakarta.json.JsonObject;
import java.net.http.HttpHeaders;

/// What an HTTP request was answered. `json` is empty where the answer was no JSON object.
record Reply(int status, HttpHeaders headers, String text, JsonObject json) {}
