using System.Diagnostics;
using System.Text;
using Newtonsoft.Json;

namespace TrainingDoctor.Host.Watch;

/// <summary>Tells a command and a web address of a finding. Neither can stop the watching.</summary>
/// <param name="command">A command line, run by the shell, with the JSON on its standard input; null for none.</param>
/// <param name="webhook">The address that the JSON is posted to; null for none.</param>
/// <param name="complain">Is told when a notice could not be given.</param>
internal sealed class FindingNotice(string? command, Uri? webhook, Action<string> complain) : IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new() { Timeout = Patience };

    /// <summary>Tells of one finding.</summary>
    public async Task SendAsync(WatchedFinding found)
    {
        // Names come from logs of strangers: they travel as data, never as words of a command line.
        string json = JsonConvert.SerializeObject(new
        {
            run = found.Source.Name,
            path = found.Source.Path,
            ruleId = found.Finding.Rule.Id,
            rule = found.Finding.Rule.Name,
            severity = WatchText.Word(found.Finding.Severity),
            title = found.Finding.Title.ToString(),
            message = found.Finding.Message.ToString(),
            layers = found.Finding.Layers,
            firstStep = found.Finding.FirstStep,
        });
        if (command is not null)
        {
            await RunAsync(command, json).ConfigureAwait(false);
        }

        if (webhook is not null)
        {
            await PostAsync(webhook, json).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task RunAsync(string line, string json)
    {
        try
        {
            var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe") { ArgumentList = { "/c", line } } : new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", line } };
            start.RedirectStandardInput = true;
            using var process = Process.Start(start)!;
            using var timeout = new CancellationTokenSource(Patience);
            try
            {
                await process.StandardInput.WriteAsync(json.AsMemory(), timeout.Token).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The command does not read its input.
            }

            try
            {
                await process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                complain("--on-finding: the command took too long and was ended");
            }
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            complain($"--on-finding: {exception.Message}");
        }
    }

    private async Task PostAsync(Uri address, string json)
    {
        string reason = string.Empty;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt)).ConfigureAwait(false);
                using var body = new StringContent(json, Encoding.UTF8, "application/json");
                using var answer = await _http.PostAsync(address, body).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                reason = FormattableString.Invariant($"answered {(int)answer.StatusCode}");
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                reason = exception is TaskCanceledException ? "no answer in time" : "not reachable";
            }
        }

        // The address may hold a secret: it is not repeated.
        complain($"--webhook: {reason}");
    }
}
