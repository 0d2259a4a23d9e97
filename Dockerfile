# The server in a container: docker build -t lichtspiel . && docker run -it lichtspiel lichtspiel --help
# compose.yaml runs it with PostgreSQL, an S3 store and a cluster of Ray; docs/serve.md tells how.
FROM python:3.11-slim-bookworm

# PyTorch without CUDA, which is a tenth of the size. For GPUs: --build-arg PIP_EXTRA_INDEX_URL=
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 1000 lichtspiel && install -d -o lichtspiel /data
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY src src
RUN pip install --no-cache-dir -c constraints.txt '.[safety,fast,server,s3,ray]' 'psycopg[binary]'

# Identity, register and, unless they lie elsewhere, films and database.
ENV LICHTSPIEL_HOME=/data
VOLUME /data
USER lichtspiel
EXPOSE 8000
HEALTHCHECK --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["lichtspiel", "serve", "--host", "0.0.0.0", "--log", "json"]
