using System.Net;
using Newtonsoft.Json.Linq;
using Npgsql;
using Orleans.Messaging;
using Orleans.Runtime;

namespace TrainingDoctor.Host.Fleet.Members;

/// <summary>Finds hosts for a command that has them work, in the table in which they find each other.</summary>
/// <param name="source">The database.</param>
internal sealed class PostgresGateways(NpgsqlDataSource source) : IGatewayListProvider
{
    /// <inheritdoc/>
    public TimeSpan MaxStaleness => TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public bool IsUpdatable => true;

    /// <inheritdoc/>
    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<IList<Uri>> GetGateways()
    {
        await using var command = source.CreateCommand("SELECT host, entry FROM traindoctor.members WHERE cluster = $1 AND status = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = FleetAddress.ClusterName });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)SiloStatus.Active });
        await using var reader = await command.ExecuteReaderAsync();
        var gateways = new List<Uri>();
        while (await reader.ReadAsync())
        {
            var silo = SiloAddress.FromParsableString(reader.GetString(0));
            if ((int?)JObject.Parse(reader.GetString(1))["ProxyPort"] is > 0 and int port)
            {
                gateways.Add(SiloAddress.New(new IPEndPoint(silo.Endpoint.Address, port), silo.Generation).ToGatewayUri());
            }
        }

        return gateways;
    }
}
