using System.IO.Pipelines;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using TrainingDoctor.Host.Agents;
using TrainingDoctor.Host.Arguments;

namespace TrainingDoctor.Tests.Agents;

/// <summary>A server and the SDK's own client of it, in this process.</summary>
internal sealed class AgentConversation : IAsyncDisposable
{
    private readonly Pipe _question;
    private readonly Task _serving;

    private AgentConversation(McpClient client, Pipe question, Task serving) => (Client, _question, _serving) = (client, question, serving);

    public McpClient Client { get; }

    public static async Task<AgentConversation> BeginAsync(params string[] folders)
    {
        var question = new Pipe();
        var answer = new Pipe();
        var allowed = new AllowedFolders(folders);
        var serving = AgentServer.ServeAsync(new DoctorTools(allowed, RuleSet.Default, new WatchedPlaces(RuleSet.Default, allowed)), question.Reader.AsStream(), answer.Writer.AsStream(), CancellationToken.None);
        return new AgentConversation(await McpClient.CreateAsync(new StreamClientTransport(question.Writer.AsStream(), answer.Reader.AsStream())), question, serving);
    }

    /// <summary>Asks, and returns the answer's text and whether it is a refusal.</summary>
    public static async Task<(string Text, bool IsRefused)> AskAsync(McpClient client, string tool, params (string Name, object? Value)[] arguments)
    {
        var result = await client.CallToolAsync(tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value));
        return (Assert.Single(result.Content.OfType<TextContentBlock>()).Text, result.IsError == true);
    }

    public Task<(string Text, bool IsRefused)> AskAsync(string tool, params (string Name, object? Value)[] arguments) => AskAsync(Client, tool, arguments);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();

        // An agent that goes closes the server's standard input; a client leaves a pipe that it was given open.
        await _question.Writer.CompleteAsync();
        await _serving.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
