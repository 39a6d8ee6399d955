using System.CommandLine;

namespace TrainingDoctor.Host.Arguments;

/// <summary>With which certificate a host speaks TLS: <c>--certificate</c> and <c>--certificate-key</c>.</summary>
internal sealed class CertificateArguments
{
    private readonly Option<string?> _certificate = new("--certificate") { Description = "Speak HTTPS with this certificate: PEM, or PKCS#12 (.pfx) with its private key." };
    private readonly Option<string?> _key = new("--certificate-key") { Description = "The private key of a PEM certificate, if it is in a file of its own." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_certificate);
        command.Options.Add(_key);
    }

    /// <summary>Reads the files.</summary>
    /// <param name="parsed">The command line.</param>
    public (string? File, string? Key) Read(ParseResult parsed) => (parsed.GetValue(_certificate), parsed.GetValue(_key));
}
