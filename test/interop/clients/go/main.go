// credentials-go: of a configuration, or of its default chain. It reads the job, and writes what it got to a file, so that no
// output holds a secret.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/aliyun/credentials-go/credentials"
)

type job struct {
	Report string              `json:"report"`
	Reads  int                 `json:"reads"`
	Config *credentials.Config `json:"config"`
}

type credential struct {
	AccessKeyId     *string `json:"accessKeyId"`
	AccessKeySecret *string `json:"accessKeySecret"`
	SecurityToken   *string `json:"securityToken"`
	Provider        *string `json:"provider"`
}

type failure struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

type report struct {
	Credentials []credential `json:"credentials"`
	Error       *failure     `json:"error,omitempty"`
}

func read(todo job) (got []credential, err error) {
	got = []credential{}
	client, err := credentials.NewCredential(todo.Config)
	if err != nil {
		return got, err
	}
	for range make([]struct{}, todo.Reads) {
		model, err := client.GetCredential()
		if err != nil {
			return got, err
		}
		got = append(got, credential{model.AccessKeyId, model.AccessKeySecret, model.SecurityToken, model.ProviderName})
	}
	return got, nil
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var todo job
	must(json.Unmarshal(text, &todo))
	got, err := read(todo)
	done := report{Credentials: got}
	if err != nil {
		done.Error = &failure{Name: fmt.Sprintf("%T", err), Message: err.Error()}
	}
	text, err = json.Marshal(done)
	must(err)
	must(os.WriteFile(todo.Report, text, 0o600))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
