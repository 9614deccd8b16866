import com.aliyun.credentials.Client;
import com.aliyun.credentials.models.Config;
import com.aliyun.credentials.models.CredentialModel;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * credentials-java: of a configuration, or of its default chain. It reads the job, and writes what it got to a file, so that no
 * output holds a secret.
 */
public final class Credentials {
  public static void main(String[] args) throws Exception {
    Gson gson = new Gson();
    JsonObject job = gson.fromJson(Files.readString(Path.of(args[0])), JsonObject.class);
    List<Map<String, String>> credentials = new ArrayList<>();
    Map<String, Object> done = new HashMap<>();
    done.put("credentials", credentials);
    try {
      Config config = gson.fromJson(job.get("config"), Config.class);
      Client client = config == null ? new Client() : new Client(config);
      for (int read = 0; read < job.get("reads").getAsInt(); read += 1) {
        credentials.add(shown(client.getCredential()));
      }
    } catch (Exception error) {
      String message = String.valueOf(error.getMessage());
      done.put("error", Map.of("name", error.getClass().getSimpleName(), "message", message));
    }
    Files.writeString(Path.of(job.get("report").getAsString()), gson.toJson(done));
  }

  private static Map<String, String> shown(CredentialModel credential) {
    return Map.of(
        "accessKeyId", credential.getAccessKeyId(),
        "accessKeySecret", credential.getAccessKeySecret(),
        "securityToken", credential.getSecurityToken(),
        "provider", credential.getProviderName());
  }
}
